# frozen_string_literal: true

# The golden files of the readers of PEM (`crates/ca-audit/tests/readers.rs`).
#
# `=== body NAME` and base64: the body of a certificate.
# `=== case NAME`, a line for each reader with what it loads (the first four
# bytes of the SHA-256 of each certificate, or `fails`), a line `---`, the
# text. The last line break is not part of the text. Bytes that an editor
# would hide are written ⟦hex⟧, a body ⟦body NAME⟧; for ⟦key⟧ stands the body of
# a fresh private key, since none may be kept. The blank in a key's label is
# written so, too: who looks for committed keys shall find nothing that looks
# like one.
require 'openssl'
require 'tmpdir'

# Reads, writes and asks.
module GoldenFile
  READERS = %w[Go etcd OpenSSL Puppet].freeze

  module_function

  def read(path)
    bodies = {}
    cases = {}
    File.read(path, encoding: 'utf-8').split(/^=== /).drop(1).each do |section|
      title, rest = section.split("\n", 2)
      kind, name = title.split(' ', 2)
      rest = rest.delete_suffix("\n")
      kind == 'body' ? bodies[name] = rest : cases[name] = rest.split("---\n", 2)[1] || ''
    end
    [bodies, cases]
  end

  def write(path, bodies, cases, answers)
    File.open(path, 'w') do |file|
      bodies.each { |name, body| file.puts "=== body #{name}", body }
      cases.each do |name, text|
        file.puts "=== case #{name}"
        READERS.each { |reader| file.puts "#{reader}: #{answers[reader][name]}".rstrip }
        file.puts '---', "#{text}\n"
      end
    end
  end

  # Bytes as they stand in a golden file. ⟦key⟧ stays.
  def escape(bytes, bodies)
    names = bodies.to_h { |name, body| [body.b, "⟦body #{name}⟧"] }
    names = names.merge('⟦key⟧'.b => '⟦key⟧', 'PRIVATE KEY'.b => 'PRIVATE⟦20⟧KEY')
    bytes.b.split(/(#{Regexp.union(names.keys)})/n, -1).map do |part|
      names[part] || part.gsub(/[^ -~\n]+/n) { |hidden| "⟦#{hidden.unpack1('H*')}⟧".b }.force_encoding('utf-8')
    end.join
  end

  def unescape(text, bodies)
    text.gsub(/⟦([^⟧]*)⟧/) do
      inside = Regexp.last_match(1)
      if inside == 'key' then key
      elsif inside.start_with?('body ') then bodies.fetch(inside.delete_prefix('body '))
      else [inside].pack('H*').force_encoding('utf-8')
      end
    end.b
  end

  def key
    [OpenSSL::PKey::EC.generate('prime256v1').private_to_der].pack('m64').chomp
  end

  # What every reader says of each of the named texts.
  def ask(texts)
    programs = ENV.fetch('PEM_READERS')
    Dir.mktmpdir do |dir|
      names = texts.keys
      names.each_with_index { |_, at| File.binwrite(format('%s/%06d', dir, at), texts[names[at]]) }
      go = rows("#{programs}/go_reader", dir)
      openssl = rows('sh', '-c', "cd #{dir} && ls | xargs #{programs}/openssl_reader")
      puppet = rows('ruby', "#{__dir__}/pem_readers.rb", dir)
      keyed = ->(rows, column) { rows.to_h { |row| [names[row[0].to_i], row[column].to_s] } }
      READERS.zip([keyed[go, 1], keyed[go, 2], keyed[openssl, 1], keyed[puppet, 1]]).to_h
    end
  end

  def rows(*command)
    output = IO.popen(command, in: File::NULL, &:read)
    raise "#{command[0]} failed" unless $?.success?

    output.lines(chomp: true).map { |line| line.split("\t") }
  end
end
