# frozen_string_literal: true

# pem_readers_mutants.rb DIRECTORY COUNT SEED: writes COUNT texts with broken
# PEM into DIRECTORY, to compare what our models and the real programs load.
# The same seed breaks in the same way; the certificates are new each time.
require_relative 'pem_readers_certificates'

# Breaks PEM.
class Mutants
  PIECES = [
    ' ', '  ', "\t", "\r", "\n", "\n\n", "\r\n", "\0", "\xef\xbb\xbf", "\xc2\xa0", "\xff", "\v", "\f", '-', '--', '-----',
    '=', '==', '#', ':', 'x: y', "Proc-Type: 4,ENCRYPTED\n", "a: b\n\n", 'A', 'AAAA', '\n', '# ca', '"', ',', '/', '+',
    '-----BEGIN ', '-----END ', '-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----',
    "-----BEGIN CERTIFICATE-----\n", "\n-----END CERTIFICATE-----\n", '-----BEGIN X509 CERTIFICATE-----', 'TRUSTED ',
    'X509 ', 'RSA PRIVATE KEY', "text\n", 'BEGIN', 'END', 'CERTIFICATE'
  ].map(&:b).freeze

  def initialize(certificates, random)
    @certificates = certificates
    @random = random
  end

  def text
    text = Array.new(1 + @random.rand(3)) { block }.join(pick(["\n", "\n", "\n", '', "\n\n", "text\n", "\r\n"]))
    text = "#{pick(["\xef\xbb\xbf", "# ca\n", "\n", ' '])}#{text}" if one_in(8)
    text += pick(["\n", "\n", '', "\r\n", "\n\n", "text"])
    text = text.gsub("\n", "\r\n") if one_in(15)
    text = text.gsub("\n", pick(["\r", "\n  ", "\n\t", "  \n", '\n', "\n\n", ' ', ''])) if one_in(25)
    [0, 1, 1, 2, 3][@random.rand(5)].times { text = edit(text.b) }
    text.b
  end

  private

  def pick(list) = list[@random.rand(list.size)]

  def one_in(count) = @random.rand(count).zero?

  def block
    width = pick([64, 64, 64, 64, 64, 76, 63, 4, 1, 120, 253, 254, 255, 1000])
    label = pick(%w[CERTIFICATE CERTIFICATE CERTIFICATE CERTIFICATE CERTIFICATE] +
                 ['X509 CERTIFICATE', 'TRUSTED CERTIFICATE', 'X509 CRL', 'FOO', 'PRIVATE KEY', 'PKCS7', ''])
    body = [bytes].pack('m0').scan(/.{1,#{width}}/).join("\n")
    body = pick(["a: b\n\n", "\n", "a: b\n", " \n", "Proc-Type: 4,ENCRYPTED\n\n"]) + body if one_in(20)
    body += pick(["\n\n", "\n \n", "\n="]) if one_in(40)
    last = one_in(40) ? pick(['X509 CERTIFICATE', 'CERT', '', 'CERTIFICATE ']) : label
    "#{dashes}BEGIN #{label}#{dashes}\n#{body}\n#{dashes}END #{last}#{dashes}".b
  end

  # A certificate, now and then with a byte or two that are not its own.
  def bytes
    der = pick(@certificates).dup
    (one_in(4) ? 1 + @random.rand(2) : 0).times do
      der.setbyte(@random.rand(der.bytesize), one_in(2) ? @random.rand(256) : pick([0, 1, 5, 12, 19, 48, 49, 128, 255]))
    end
    der
  end

  def dashes
    one_in(60) ? '-' * pick([0, 1, 3, 4, 6, 7, 10]) : '-----'
  end

  def edit(text)
    at = place(text)
    case @random.rand(7)
    when 0 then text[0...at] + text[(at + 1)..].to_s
    when 1, 2, 3 then text[0...at] + pick(PIECES) + text[at..]
    when 4 then text[0...at] + pick(PIECES) + text[(at + 1)..].to_s
    when 5
      lines = text.lines
      number = @random.rand(lines.size + 1)
      one_in(2) ? lines.delete_at(number) : lines.insert(number, lines.empty? ? '' : pick(lines))
      lines.join
    else
      one_in(4) ? text[0...at] : text[0...at] + text[place(text)..].to_s
    end
  end

  # Mostly next to a dash or a line break, where it matters.
  def place(text)
    return @random.rand(text.size + 1) if one_in(3)

    places = text.enum_for(:scan, /-+|\n|=/n).map { Regexp.last_match.begin(0) }
    return 0 if places.empty?

    (pick(places) + @random.rand(7) - 1).clamp(0, text.size)
  end
end

if __FILE__ == $PROGRAM_NAME
  directory, count, seed = ARGV
  random = Random.new(seed.to_i)
  plain = [Certificates.authority('mutant a'), Certificates.authority('mutant b')]
  odd = Certificates.odd(plain[0]).values + Certificates.keys.values
  mutants = Mutants.new(plain * (2 * odd.size) + odd * 2, random)
  Dir.mkdir(directory) unless Dir.exist?(directory)
  count.to_i.times { |number| File.binwrite(format('%s/%06d', directory, number), mutants.text) }
end
