# frozen_string_literal: true

# Certificates for the cases of `pem_readers_cases.rb`: two ordinary CAs, and
# variants that programs disagree about. Their keys are thrown away.
require 'openssl'

# Makes and bends certificates.
module Certificates
  module_function

  def key(kind = 'prime256v1')
    kind.start_with?('rsa') ? OpenSSL::PKey::RSA.new(kind[3..].to_i) : OpenSSL::PKey::EC.generate(kind)
  end

  # An ordinary CA.
  def authority(name, pair = key)
    certificate = OpenSSL::X509::Certificate.new
    certificate.version = 2
    certificate.serial = 4711
    certificate.subject = certificate.issuer = OpenSSL::X509::Name.parse("/CN=#{name}")
    certificate.public_key = pair
    certificate.not_before = Time.utc(2020)
    certificate.not_after = Time.utc(2045)
    certificate.extensions = [OpenSSL::X509::ExtensionFactory.new.create_extension('basicConstraints', 'CA:TRUE', true)]
    certificate.sign(pair, 'SHA256')
    certificate.to_der
  end

  # Replaces bytes that stand there once.
  def patched(der, from, to)
    raise "#{from.inspect} stands there #{der.scan(from.b).size} times" unless der.scan(from.b).size == 1

    der.b.sub(from.b) { to.b }
  end

  # A certificate whose serial number is that of `hex` instead.
  def with_serial(der, hex)
    raw(der) { |fields| fields[1] = [hex].pack('H*') }
  end

  # Lets the block change the encoded fields; the signature stays.
  def raw(der)
    tree = OpenSSL::ASN1.decode(der)
    fields = tree.value[0].value.map(&:to_der)
    outer = tree.value[1..].map(&:to_der)
    yield fields, outer
    wrap(0x30, wrap(0x30, fields.join) + outer.join)
  end

  def wrap(tag, content)
    length = content.bytesize
    encoded = [length.to_s(16)].map { |hex| hex.size.odd? ? "0#{hex}" : hex }.pack('H*')
    (length < 128 ? [tag, length].pack('CC') : [tag, 0x80 | encoded.bytesize].pack('CC') + encoded) + content.b
  end

  def name(string_tag, text, oid = "\x06\x03\x55\x04\x03")
    wrap(0x30, wrap(0x31, wrap(0x30, oid.b + wrap(string_tag, text.b))))
  end

  # The extension list of one certificate with one more.
  def with_extension(der, oid_hex, value, critical: false)
    raw(der) do |fields|
      list = OpenSSL::ASN1.decode(fields[7]).value[0].value.map(&:to_der)
      oid = wrap(0x06, [oid_hex].pack('H*'))
      list << wrap(0x30, oid + (critical ? "\x01\x01\xff".b : ''.b) + wrap(0x04, value))
      fields[7] = wrap(0xa3, wrap(0x30, list.join))
    end
  end

  def uri_name(uri)
    wrap(0x30, wrap(0x86, uri))
  end

  # All that only its DER makes interesting, by name.
  def odd(der)
    dates = ->(a, b) { raw(der) { |fields| fields[4] = wrap(0x30, a + b) } }
    good = wrap(0x17, '200101000000Z')
    named = ->(name) { raw(der) { |fields| fields[3] = fields[5] = name } }
    constraint = ->(tag, value) { with_extension(der, '551d1e', wrap(0x30, wrap(0xa0, wrap(0x30, wrap(tag, value))))) }
    {
      'negative serial' => with_serial(der, '0202ff00'),
      'serial zero' => with_serial(der, '020100'),
      'serial padded' => with_serial(der, '02020011'),
      'serial padded with ff' => with_serial(der, '0202ff80'),
      'serial ff zeros' => with_serial(der, '0203ff0000'),
      'serial empty' => with_serial(der, '0200'),
      'serial of 40 bytes' => with_serial(der, "0228#{'7f' * 40}"),
      'length of the serial in long form' => with_serial(der, '02810111'),
      'trailing bytes' => der + "\x00\x01".b,
      'version 4' => raw(der) { |fields| fields[0] = "\xa0\x03\x02\x01\x03".b },
      'version 2' => raw(der) { |fields| fields[0] = "\xa0\x03\x02\x01\x01".b },
      'version 1 with extensions' => raw(der) { |fields| fields.shift },
      'version negative' => raw(der) { |fields| fields[0] = "\xa0\x03\x02\x01\xff".b },
      'version and more' => raw(der) { |fields| fields[0] = "\xa0\x05\x02\x01\x02\x05\x00".b },
      'algorithms differ' => raw(der) { |fields| fields[2] = wrap(0x30, "\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03") },
      'bytes after the extensions' => raw(der) { |fields| fields << "\x05\x00".b },
      'bytes after the signature' => raw(der) { |_, outer| outer << "\x05\x00".b },
      'signature with unused bits' => raw(der) { |_, outer| outer[1] = wrap(0x03, "\x03\xf8".b) },
      'signature without a byte' => raw(der) { |_, outer| outer[1] = wrap(0x03, '') },
      'extension twice' => with_extension(der, '551d13', "\x30\x00"),
      'critical unknown extension' => with_extension(der, '2a0304', "\x05\x00", critical: true),
      'critical key id' => with_extension(der, '551d0e', wrap(0x04, 'abcd'), critical: true),
      'malformed key id' => with_extension(der, '551d0e', 'abcd'),
      'critical authority key id' => with_extension(der, '551d23', wrap(0x30, wrap(0x80, 'abcd')), critical: true),
      'critical authority info access' => with_extension(der, '2b06010505070101', "\x30\x00", critical: true),
      'malformed key usage' => with_extension(der, '551d0f', "\x03\x02\x01\x07"),
      'malformed extended key usage' => with_extension(der, '551d25', "\x30\x02\x05\x00"),
      'policies twice the same' => with_extension(der, '551d20', wrap(0x30, wrap(0x30, "\x06\x02\x2a\x03") * 2)),
      'policy' => with_extension(der, '551d20', wrap(0x30, wrap(0x30, "\x06\x02\x2a\x03"))),
      'policy constraints' => with_extension(der, '551d24', wrap(0x30, "\x80\x01\x00")),
      'malformed policy constraints' => with_extension(der, '551d24', wrap(0x30, "\x80\x02\x00\x01")),
      'inhibit any policy' => with_extension(der, '551d36', "\x02\x01\x00"),
      'crl distribution points' => with_extension(
        der, '551d1f', wrap(0x30, wrap(0x30, wrap(0xa0, wrap(0xa0, wrap(0x86, 'http://a/b')))))
      ),
      'malformed crl distribution points' => with_extension(der, '551d1f', "\x30\x02\x05\x00"),
      'alt name dns' => with_extension(der, '551d11', wrap(0x30, wrap(0x82, 'a.example'))),
      'alt name not ascii' => with_extension(der, '551d11', wrap(0x30, wrap(0x82, "\xc3\xa9.example"))),
      'alt name ip of 5 bytes' => with_extension(der, '551d11', wrap(0x30, wrap(0x87, 'abcde'))),
      'alt name mapped ip' => with_extension(der, '551d11', wrap(0x30, wrap(0x87, "#{"\0" * 10}\xff\xffabcd"))),
      'alt name uri' => with_extension(der, '551d11', uri_name('https://ca.example/x')),
      'alt name uri with a dot at the end' => with_extension(der, '551d11', uri_name('https://ca.example./x')),
      'constraint dns' => constraint.call(0x82, '.example'),
      'constraint dns with a dot at the end' => constraint.call(0x82, 'example.'),
      'constraint ip' => constraint.call(0x87, "\x0a\0\0\0\xff\0\0\0"),
      'constraint ip with a bad mask' => constraint.call(0x87, "\x0a\0\0\0\xff\0\xff\0"),
      'constraint ip of 4 bytes' => constraint.call(0x87, "\x0a\0\0\0"),
      'constraint mail' => constraint.call(0x81, 'a@example.org'),
      'constraint mail with two dots' => constraint.call(0x81, 'a..b@example.org'),
      'constraint uri that is an address' => constraint.call(0x86, '10.0.0.1'),
      'constraints empty' => with_extension(der, '551d1e', "\x30\x00"),
      'true as 01' => patched(der, "\x30\x03\x01\x01\xff", "\x30\x03\x01\x01\x01"),
      'critical as 01' => patched(der, "\x1d\x13\x01\x01\xff", "\x1d\x13\x01\x01\x01"),
      'name with a bad printable' => named.call(name(0x13, 'a@b')),
      'name with a star' => named.call(name(0x13, '*.a & b')),
      'name with bad utf8' => named.call(name(0x0c, "\xff\xfe")),
      'name in utf8' => named.call(name(0x0c, "\xc3\xa9")),
      'name in t61' => named.call(name(0x14, "\xe9\xff")),
      'name in bmp' => named.call(name(0x1e, "\0a\0b")),
      'name in odd bmp' => named.call(name(0x1e, "\0a\0")),
      'name in bmp with half a character' => named.call(name(0x1e, "\xd8\x00")),
      'name in bmp with no character' => named.call(name(0x1e, "\xff\xfe")),
      'name in universal' => named.call(name(0x1c, "\0\0\0a")),
      'name in ia5' => named.call(name(0x16, 'a@b')),
      'name in ia5 with a high byte' => named.call(name(0x16, "\xe9")),
      'name in visible' => named.call(name(0x1a, 'abc')),
      'name in general' => named.call(name(0x1b, 'abc')),
      'name in octets' => named.call(name(0x04, 'abc')),
      'name as an integer' => named.call(name(0x02, 'a')),
      'name with bad digits' => named.call(name(0x12, '12a')),
      'name empty' => named.call("\x30\x00".b),
      'name with an empty set' => named.call("\x30\x02\x31\x00".b),
      'name with a bad identifier' => named.call(name(0x0c, 'a', "\x06\x03\x55\x80\x03")),
      'date without seconds' => dates.call(wrap(0x17, '2001010000Z'), good),
      'date with an offset' => dates.call(wrap(0x17, '200101000000+0100'), good),
      'date with an offset of zero' => dates.call(wrap(0x17, '200101000000+0000'), good),
      'date without a zone' => dates.call(wrap(0x17, '200101000000'), good),
      'date on 30 February' => dates.call(wrap(0x17, '200230000000Z'), good),
      'date on 29 February' => dates.call(wrap(0x17, '200229000000Z'), good),
      'date on 29 February of no leap year' => dates.call(wrap(0x17, '210229000000Z'), good),
      'date at second 60' => dates.call(wrap(0x17, '200101000060Z'), good),
      'date generalized' => dates.call(wrap(0x18, '20200101000000Z'), good),
      'date generalized with a fraction' => dates.call(wrap(0x18, '20200101000000.5Z'), good),
      'date generalized in lower case' => dates.call(wrap(0x18, '20200101000000z'), good),
      'date as text' => dates.call(wrap(0x0c, '200101000000Z'), good),
      'indefinite length' => "\x30\x80".b + OpenSSL::ASN1.decode(der).value.map(&:to_der).join + "\0\0".b,
      'cut' => der[0...-7],
      'empty sequence' => "\x30\x00".b
    }
  end

  # Those that have another kind of key.
  def keys
    rsa = key('rsa2048')
    ec = key
    wrong_point = authority('wrong point', ec).then do |der|
      point = ec.public_key.to_octet_string(:uncompressed)
      patched(der, point, point[0...-1] + [point.getbyte(-1) ^ 1].pack('C'))
    end
    explicit = key
    explicit_group = explicit.group
    explicit_group.asn1_flag = 0
    parameters = explicit_group.to_der
    spelled = raw(authority('explicit', ec)) do |fields|
      algorithm = wrap(0x30, "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01".b + parameters)
      fields[6] = wrap(0x30, algorithm + wrap(0x03, "\0".b + ec.public_key.to_octet_string(:uncompressed)))
    end
    compressed = raw(authority('compressed', ec)) do |fields|
      algorithm = OpenSSL::ASN1.decode(fields[6]).value[0].to_der
      fields[6] = wrap(0x30, algorithm + wrap(0x03, "\0".b + ec.public_key.to_octet_string(:compressed)))
    end
    edwards = lambda do |size|
      raw(authority('ed25519')) do |fields|
        fields[6] = wrap(0x30, "\x30\x05\x06\x03\x2b\x65\x70".b + wrap(0x03, "\0".b + ("\x42" * size)))
      end
    end
    {
      'rsa' => authority('rsa', rsa),
      'rsa without null' => raw(authority('rsa without null', rsa)) { |fields| fields[6] = without_null(fields[6]) },
      'p384' => authority('p384', key('secp384r1')),
      'p521' => authority('p521', key('secp521r1')),
      'p224' => authority('p224', key('secp224r1')),
      'secp256k1' => authority('secp256k1', key('secp256k1')),
      'ed25519' => edwards.call(32),
      'ed25519 of 31 bytes' => edwards.call(31),
      'point off the curve' => wrong_point,
      'curve spelled out' => spelled,
      'point compressed' => compressed
    }
  end

  def without_null(info)
    algorithm, key = OpenSSL::ASN1.decode(info).value
    wrap(0x30, wrap(0x30, algorithm.value[0].to_der) + key.to_der)
  end
end
