# frozen_string_literal: true

# pem_readers.rb DIRECTORY: what Puppet loads of every file in DIRECTORY.
#
# A line a file: its name and the first four bytes of the SHA-256 of each
# certificate, or `fails`.
require 'puppet'
require 'puppet/x509'

def loaded(path)
  provider = Puppet::X509::CertProvider.new(
    capath: path, crlpath: '', privatekeydir: '', certdir: '', requestdir: '', hostprivkey: '', hostcert: ''
  )
  provider.load_cacerts.map { |certificate| OpenSSL::Digest::SHA256.hexdigest(certificate.to_der)[0, 8] }.join(' ')
rescue OpenSSL::X509::CertificateError, ArgumentError
  'fails'
end

Dir.children(ARGV[0]).sort.each { |name| puts "#{name}\t#{loaded("#{ARGV[0]}/#{name}")}" }
