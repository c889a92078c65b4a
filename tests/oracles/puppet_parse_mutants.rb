# frozen_string_literal: true

# puppet_parse_mutants.rb LIST DIRECTORY COUNT SEED: writes COUNT slightly
# broken copies of files of LIST (one path a line) into DIRECTORY, to compare
# what two parsers accept. The same seed gives the same files.
PIECES = %w[
  { } ( ) [ ] | || , ; : :: . .. => +> = += -= == != =~ !~ < > <= >= << >> <| |> <<| |>> -> ~> <- <~
  + - * / % ! ? @ @@ $ $x ${x} ' " \\ # /* */ % %> <% ~ & ^
  if else elsif unless case default class define node inherits function type private attr plan apply
  and or in undef true false include notice require return foo Foo ::foo ::Foo foo::bar foo-bar _x
  0 1 08 0x1f 1.5 1e5 7d /x/ 'x' "x" "$x" "${x}" "${x['y']}" @(E) [1] {a=>1} (1) |$x| {}
].freeze
BLANKS = [' ', "\n", "\t", '', "\r\n", "\u00a0"].freeze

# One random edit of the text.
def edit(text, random)
  at = random.rand(text.length + 1)
  piece = PIECES[random.rand(PIECES.length)]
  blank = BLANKS[random.rand(BLANKS.length)]
  tokens = text.enum_for(:scan, /\w+|\s+|[^\w\s]/).map { Regexp.last_match.begin(0)...Regexp.last_match.end(0) }
  token = tokens[random.rand(tokens.length)] || (0...0)
  other = tokens[random.rand(tokens.length)] || (0...0)
  case random.rand(9)
  when 0 then text[0...at] + text[(at + 1)..].to_s
  when 1 then text[0...at] + piece + text[at..]
  when 2 then text[0...at] + blank + piece + blank + text[at..]
  when 3 then text[0...token.begin] + text[token.end..]
  when 4 then text[0...token.begin] + piece + text[token.end..]
  when 5 then text[0...token.begin] + text[other] + text[token.end..]
  when 6 then text[0...token.begin] + text[token] + text[token.begin..]
  when 7 then text[0...token.begin] + blank + text[token.begin..]
  else
    lines = text.lines
    lines.delete_at(random.rand(lines.length))
    lines.join
  end
end

list, directory, count, seed = ARGV
random = Random.new(seed.to_i)
sources = File.readlines(list, chomp: true)
Dir.mkdir(directory) unless Dir.exist?(directory)
count.to_i.times do |number|
  path = sources[random.rand(sources.length)]
  text = File.read(path, mode: 'rb').force_encoding('utf-8')
  redo if !text.valid_encoding? || text.empty? || text.length > 6000

  (1 + random.rand(2)).times { text = edit(text, random) unless text.empty? }
  File.write(format('%s/%06d%s', directory, number, File.extname(path)), text, mode: 'wb')
end
