# frozen_string_literal: true

# pem_readers_cases.rb DIRECTORY: writes the cases of the readers of PEM with
# fresh certificates into DIRECTORY, and what the real programs say of them:
# `armour.txt` (lines), `certificates.txt` (what is between them) and
# `mutants.txt` (lines broken at random, always in the same way).
#
# PEM_READERS as for `pem_readers_golden.rb`.
require_relative 'pem_readers_certificates'
require_relative 'pem_readers_golden_file'
require_relative 'pem_readers_mutants'

def body(der) = [der].pack('m0').scan(/.{1,64}/).join("\n")

def pem(body, label = 'CERTIFICATE') = "-----BEGIN #{label}-----\n#{body}\n-----END #{label}-----\n"

# Every way to break the lines of certificate a, alone or next to b.
def armour(bodies, cut)
  a, b, = bodies.values
  one = pem(a)
  two = pem(b)
  flat = a.delete("\n")
  wide = ->(width) { flat.scan(/.{1,#{width}}/).join("\n") }
  first, *rest = a.lines(chomp: true)
  last = rest.last
  swap = ->(from, to) { one.sub(from, to) }
  cases = {
    'plain' => one, 'two' => one + two, 'crlf' => one.gsub("\n", "\r\n"), 'cr only' => one.tr("\n", "\r"),
    'no final line break' => one.chomp, 'text before' => "# the CA of example\n\n#{one}", 'text after' => "#{one}bye\n",
    'text between' => "#{one}Issuer: CN=b\nValidity: always\n#{two}", 'blank line between' => "#{one}\n#{two}",
    'indented' => one.gsub(/^/, '    '), 'indented by a tab' => one.gsub(/^/, "\t"),
    'body indented' => swap[a, a.gsub(/^/, '  ')], 'begin indented' => " #{one}",
    'end indented' => swap['-----END', ' -----END'], 'escaped line breaks' => one.gsub("\n", '\n'),
    'byte order mark' => "\xef\xbb\xbf#{one}", 'byte order mark before the second' => "#{one}\xef\xbb\xbf#{two}",
    'byte order mark after text' => "ca\n\xef\xbb\xbf#{one}", 'utf-16' => "\xff\xfe#{one.encode('utf-16le').b}".b,
    'joined' => one.chomp + two, 'joined with a blank' => "#{one.chomp} #{two}", 'joined twice' => one.chomp + two.chomp + one,
    'header' => swap[a, "Proc-Type: 4,MIC-CLEAR\n\n#{a}"], 'header without a blank line' => swap[a, "Name: ca\n#{a}"],
    'header encrypted' => swap[a, "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,#{'00' * 16}\n\n#{a}"],
    'header of another kind' => swap[a, "Comment: ca\n\n#{a}"], 'header on the second only' => one + two.sub(b, "a: b\n\n#{b}"),
    'blank line after begin' => swap[a, "\n#{a}"], 'two blank lines after begin' => swap[a, "\n\n#{a}"],
    'blank line in the body' => swap["#{first}\n", "#{first}\n\n"], 'blank line before end' => swap[a, "#{a}\n"],
    'blanks in a line of the body' => swap["#{first}\n", "#{first}\n  \n"],
    'blank line after begin and a long line' => swap[a, "\n#{wide[76]}"],
    'blank line after begin and short lines' => swap[a, "\n#{wide[60]}"],
    'one line' => swap[a, flat], 'lines of 76' => swap[a, wide[76]], 'lines of 4' => swap[a, wide[4]], 'lines of 1' => swap[a, wide[1]],
    'lines of 253' => swap[a, wide[253]], 'lines of 254' => swap[a, wide[254]], 'lines of 255' => swap[a, wide[255]],
    'lines of 65' => swap[a, wide[65]], 'all in one line' => "-----BEGIN CERTIFICATE-----#{flat}-----END CERTIFICATE-----\n",
    'begin and body in one line' => swap["CERTIFICATE-----\n#{first}", "CERTIFICATE-----#{first}"],
    'body and end in one line' => swap["#{last}\n", last],
    'x509 certificate' => pem(a, 'X509 CERTIFICATE'), 'trusted certificate' => pem(a, 'TRUSTED CERTIFICATE'),
    'trusted certificate with trust' => pem(bodies['trusted'], 'TRUSTED CERTIFICATE'),
    'trust in a plain block' => pem(bodies['trusted']), 'trusted with rubbish' => pem(bodies['rubbish'], 'TRUSTED CERTIFICATE'),
    'label openssl certificate' => pem(a, 'OPENSSL CERTIFICATE'), 'label pkcs7' => pem(a, 'PKCS7'), 'label cert' => pem(a, 'CERT'),
    'label in lower case' => one.downcase.sub(a.downcase, a), 'begin in lower case' => swap['BEGIN', 'begin'],
    'label certificate request' => pem(a, 'CERTIFICATE REQUEST') + two, 'no label' => pem(a, ''), 'label crl' => pem(a, 'X509 CRL') + two,
    'label with two blanks' => swap['BEGIN CERT', 'BEGIN  CERT'], 'label with a blank at its end' => swap["CATE-----\n", "CATE -----\n"],
    'crl' => pem(bodies['crl'], 'X509 CRL'), 'crl and certificate' => one + pem(bodies['crl'], 'X509 CRL'),
    'crl broken' => one + pem(b, 'X509 CRL'), 'key first' => pem('⟦key⟧', 'PRIVATE KEY') + one, 'key last' => one + pem('⟦key⟧', 'PRIVATE KEY'),
    'certificate as a key' => one + pem(b, 'PRIVATE KEY'), 'certificate as an rsa key' => one + pem(b, 'RSA PRIVATE KEY'),
    'certificate as an encrypted key' => one + pem(b, 'ENCRYPTED PRIVATE KEY'), 'unknown label broken' => one + pem('!!!!', 'FOO'),
    'unknown label empty' => one + pem('', 'FOO'), 'unknown label without end' => "#{one}-----BEGIN FOO-----\n#{b}\n",
    'empty body' => "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", 'empty body, then good' => "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n#{one}",
    'blank body' => pem(''), 'dots' => pem('...'), 'dots, then good' => pem('...') + one, 'template' => pem('<%= @ca %>'), 'empty' => '', 'only text' => "none\n",
    'der' => 'DER', 'base64 only' => "#{a}\n", 'base64 of pem' => [one].pack('m'), 'good, then cut' => one + two[0, 300],
    'bad first, then good' => pem(a[0, 128]) + two, 'good, then bad' => one + pem(b[0, 128]), 'only rubbish' => pem('AAAA' * 40),
    'comment in the body' => swap["#{first}\n", "#{first}\n# half\n"], 'comment after begin' => swap[a, "# ca\n#{a}"],
    'comment with a dash in the body' => swap["#{first}\n", "#{first}\n-- half\n"], 'comment signs' => one.gsub(/^/, '# '),
    'stray character' => swap[first, "#{first[0, 20]}!#{first[20..]}"], 'stray quote' => swap[last, "#{last}\""], 'stray comma' => swap[last, "#{last},"],
    'stray dash' => swap[first, "#{first[0, 20]}-#{first[20..]}"], 'url alphabet' => swap[a, a.tr('+/', '-_')], 'non-breaking blank' => swap[first, "#{first[0, 20]}\u00a0#{first[20..]}"],
    'high byte at the end of a line' => swap["#{first}\n", "#{first}\u00e9\n"], 'zero byte in the body' => swap[first, "#{first[0, 20]}\0#{first[20..]}"],
    'zero byte before begin' => "\0\n#{one}", 'zero byte in text' => "a\0b\n#{one}", 'zero byte between' => "#{one}\0\n#{two}", 'zero byte after end' => "#{one.chomp}\0\n#{two}",
    'latin-1 comment' => "# Autorit\xe9\n#{one}".b, 'utf-8 comment' => "# Autorité\n#{one}", 'form feed between' => "#{one}\f\n#{two}", 'vertical tab in the body' => swap[first, "#{first}\v"],
    'blanks in the body' => swap[a, a.gsub(/(.{8})/, '\1 ')], 'tabs at line ends' => one.gsub("\n", "\t\n"), 'blanks at line ends' => one.gsub("\n", "  \n"), 'carriage returns in the body' => swap[first, "#{first[0, 20]}\r#{first[20..]}"],
    'padding missing' => pem(bodies['padded'].delete('=')), 'padding halved' => pem(bodies['padded'].sub('==', '=')), 'padding too long' => pem("#{bodies['padded']}="),
    'padding where none belongs' => pem("#{bodies['full']}="), 'four too many' => pem("#{bodies['full']}===="), 'text after padding' => pem("#{bodies['padded']}AAAA"),
    'padding split' => pem(bodies['padded'].sub('==', "=\n=")), 'padding on its own line' => pem(bodies['padded'].sub('==', "\n==")), 'padding good' => pem(bodies['padded']), 'padding none' => pem(bodies['full']),
    'one character missing' => pem(bodies['full'][0...-1]), 'one character more' => pem("#{bodies['full']}A"), 'four characters more' => pem("#{bodies['full']}AAAA"),
    'end missing' => "-----BEGIN CERTIFICATE-----\n#{a}\n", 'end missing, then good' => "-----BEGIN CERTIFICATE-----\n#{a}\n#{two}", 'good, then end missing' => "#{one}-----BEGIN CERTIFICATE-----\n#{b}\n",
    'begin missing' => one.lines.drop(1).join, 'begin missing, then good' => one.lines.drop(1).join + two, 'good, then begin missing' => one + two.lines.drop(1).join, 'begin twice' => "-----BEGIN CERTIFICATE-----\n#{one}", 'end twice' => "#{one}-----END CERTIFICATE-----\n#{two}",
    'nested' => swap["#{first}\n", "#{first}\n#{two}"], 'end differs' => swap['END CERTIFICATE', 'END X509 CERTIFICATE'], 'end differs, then good' => swap['END CERTIFICATE', 'END CERT'] + two,
    'end without a label' => swap['END CERTIFICATE', 'END '], 'end in lower case' => swap['END', 'end'], 'text after begin' => swap["CATE-----\n", "CATE----- ca\n"], 'text after end' => "#{one.chomp} ca\n#{two}",
    'text before begin' => "ca: #{one}", 'text before end' => swap['-----END', 'A-----END'], 'quoted' => "\"#{one.chomp}\"\n", 'comma after end' => "#{one.chomp},\n#{two}", 'yaml block' => "ca: |\n#{one.gsub(/^/, '  ')}",
    'begin at the end of a line of text' => "the CA is -----BEGIN CERTIFICATE-----\n#{a}\n-----END CERTIFICATE-----\n", 'begin in text, then good' => "write -----BEGIN CERTIFICATE----- first\n#{one}",
    'begin in a comment, then good' => "# -----BEGIN CERTIFICATE-----\n#{one}", 'long line before begin' => "#{'x' * 254}#{one}", 'longer line before begin' => "#{'x' * 300}#{one}", 'long line of text' => "#{'x' * 600}\n#{one}", 'blanks after begin' => swap["CATE-----\n", "CATE-----#{' ' * 300}\n"],
    'typographic dashes' => one.gsub('-----', '—'), 'en dashes' => one.gsub('-----', '–––––'), 'dashes apart' => swap['-----BEGIN', '----- BEGIN'], 'all upper' => one.upcase
  }
  [0, 1, 3, 4, 6, 7, 10].each do |count|
    dashes = '-' * count
    cases["#{count} dashes before begin"] = two + swap['-----BEGIN', "#{dashes}BEGIN"]
    cases["#{count} dashes after begin"] = two + swap["CATE-----\n", "CATE#{dashes}\n"]
    cases["#{count} dashes before end"] = two + swap['-----END', "#{dashes}END"]
    cases["#{count} dashes after end"] = two + swap[/CATE-----\n\z/, "CATE#{dashes}\n"]
    cases["#{count} dashes before begin, then good"] = swap['-----BEGIN', "#{dashes}BEGIN"] + two
    cases["#{count} dashes after end, then good"] = swap[/CATE-----\n\z/, "CATE#{dashes}\n"] + two
  end
  cases.merge('der' => cut).transform_values(&:b)
end

def revocation_list
  pair = Certificates.key
  crl = OpenSSL::X509::CRL.new
  crl.version = 1
  crl.issuer = OpenSSL::X509::Name.parse('/CN=a')
  crl.last_update = Time.utc(2020)
  crl.next_update = Time.utc(2045)
  crl.sign(pair, 'SHA256').to_der
end

# Certificates of all lengths modulo three.
def padded(remainder)
  (1..200).each do |length|
    der = Certificates.authority('p' * (1 + length % 20))
    return body(der) if der.bytesize % 3 == remainder
  end
end

def write(path, bodies, texts)
  cases = texts.transform_values { |text| GoldenFile.escape(text, bodies) }
  real = cases.transform_values { |text| GoldenFile.unescape(text, bodies) }
  GoldenFile.write(path, bodies, cases, GoldenFile.ask(real))
end

directory = ARGV[0]
a = Certificates.authority('a')
b = Certificates.authority('b')
bodies = {
  'a' => body(a), 'b' => body(b), 'crl' => body(revocation_list), 'padded' => padded(1), 'full' => padded(0),
  'trusted' => body(a + Certificates.wrap(0x30, Certificates.wrap(0x30, "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01"))),
  'rubbish' => body("#{a}rubbish".b)
}
write("#{directory}/armour.txt", bodies, armour(bodies, a))
odd = Certificates.odd(a).merge(Certificates.keys)
write("#{directory}/certificates.txt", {}, odd.transform_values { |der| pem(body(der)) + pem(body(b)) })
mutants = Mutants.new([a, b, a, b, a, b, odd['negative serial'], odd['trailing bytes']], Random.new(1))
# No case may look like a private key, whatever it is.
keyless = Enumerator.produce { mutants.text }.lazy.reject { |text| text.include?('PRIVATE KEY') }
write("#{directory}/mutants.txt", bodies, keyless.first(120).each_with_index.to_h { |text, at| ["mutant #{at + 1}", text] })
