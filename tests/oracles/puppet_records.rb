# Has a real Puppet agent undo a change made by hand, and leaves what it recorded:
#
#   ruby tests/oracles/puppet_records.rb DIR
#
# DIR becomes the files of a host, without any private key. Nothing is fetched:
# the agent runs with a catalog that `puppet apply` made, and its ssl directory
# is made here.
require 'fileutils'
require 'openssl'
require 'open3'

HOST = 'web1.test'
ROOT = File.expand_path(ARGV.fetch(0))
SSL = "#{ROOT}/var/lib/puppet/ssl"
VAR = "#{ROOT}/var/cache/puppet"
CA_FILE = "#{ROOT}/etc/ssl/internal-ca.pem"
SOURCE = "#{ROOT}/srv/ca.pem"

def key
  OpenSSL::PKey::EC.generate('prime256v1')
end

def certificate(name, key, issuer, issuer_key, is_ca, serial)
  cert = OpenSSL::X509::Certificate.new
  cert.version = 2
  cert.serial = serial
  cert.subject = OpenSSL::X509::Name.new([['CN', name]])
  cert.issuer = issuer ? issuer.subject : cert.subject
  cert.public_key = key
  cert.not_before = Time.now - 3600
  cert.not_after = Time.now + 3650 * 86_400
  factory = OpenSSL::X509::ExtensionFactory.new(issuer || cert, cert)
  cert.add_extension(factory.create_extension('basicConstraints', is_ca ? 'CA:TRUE' : 'CA:FALSE', true))
  cert.add_extension(factory.create_extension('keyUsage', is_ca ? 'keyCertSign, cRLSign' : 'digitalSignature', true))
  cert.add_extension(factory.create_extension('subjectKeyIdentifier', 'hash'))
  cert.add_extension(factory.create_extension('authorityKeyIdentifier', 'keyid:always'))
  cert.sign(issuer_key || key, 'SHA256')
end

def revocations(ca, ca_key)
  crl = OpenSSL::X509::CRL.new
  crl.version = 1
  crl.issuer = ca.subject
  crl.last_update = Time.now - 3600
  crl.next_update = Time.now + 3650 * 86_400
  crl.add_extension(OpenSSL::X509::Extension.new('crlNumber', OpenSSL::ASN1::Integer(1)))
  crl.sign(ca_key, 'SHA256')
end

def write(path, text)
  FileUtils.mkdir_p(File.dirname(path))
  File.write(path, text)
end

def puppet(*arguments)
  output, status = Open3.capture2e('puppet', *arguments, '--config', "#{ROOT}/etc/puppet/puppet.conf", '--color=false')
  return if [0, 2].include?(status.exitstatus)
  abort "puppet #{arguments.first} failed:\n#{output}"
end

FileUtils.rm_rf(ROOT)
keys = %w[ca host other].to_h { |name| [name, key] }
ca = certificate('Puppet CA: one', keys['ca'], nil, nil, true, 1)
host = certificate(HOST, keys['host'], ca, keys['ca'], false, 2)
other = certificate('Puppet CA: two', keys['other'], nil, nil, true, 1)

write("#{SSL}/certs/ca.pem", ca.to_pem)
write("#{SSL}/certs/#{HOST}.pem", host.to_pem)
write("#{SSL}/crl.pem", revocations(ca, keys['ca']).to_pem)
write("#{SSL}/private_keys/#{HOST}.pem", keys['host'].to_pem)
write(SOURCE, ca.to_pem)
FileUtils.mkdir_p(File.dirname(CA_FILE))
write("#{ROOT}/etc/puppet/puppet.conf", <<~CONF)
  [main]
  confdir = #{ROOT}/etc/puppet
  vardir = #{VAR}
  ssldir = #{SSL}
  logdir = #{ROOT}/var/log/puppet
  rundir = #{ROOT}/run
  publicdir = #{VAR}/public
  certname = #{HOST}
  server = localhost
  report = true
  pluginsync = false
CONF
write("#{ROOT}/manifests/site.pp", <<~MANIFEST)
  define certs::ca($source) {
    file { "#{File.dirname(CA_FILE)}/${title}.pem":
      source => $source,
      backup => 'puppet',
    }
  }
  certs::ca { 'internal-ca': source => '#{SOURCE}' }
MANIFEST

# The first run makes the catalog, the second is the agent's first, the third
# undoes what was put there between.
puppet('apply', '--catalog_cache_terminus', 'json', "#{ROOT}/manifests/site.pp")
agent = ['agent', '--onetime', '--no-daemonize', '--use_cached_catalog', '--detailed-exitcodes']
puppet(*agent)
write(CA_FILE, other.to_pem)
puppet(*agent)

FileUtils.rm_rf(["#{SSL}/private_keys", "#{SSL}/public_keys", "#{ROOT}/run", "#{VAR}/facts", "#{VAR}/lib"])
FileUtils.rm_rf(["#{ROOT}/var/log", "#{VAR}/state/graphs"])
abort 'the agent did not undo the change' unless File.read(CA_FILE) == ca.to_pem

# What is kept must not depend on the folder in which it was made.
Dir.glob("#{ROOT}/**/*").select { |path| File.file?(path) }.each do |path|
  text = File.binread(path)
  next unless text.include?(ROOT)
  File.chmod(0o644, path)
  File.binwrite(path, text.gsub(ROOT, '@ROOT@'))
end
Dir.glob("#{ROOT}/**/*").select { |path| File.file?(path) }.each { |path| File.chmod(0o644, path) }
