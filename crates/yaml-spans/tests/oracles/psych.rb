# What Ruby's Psych (Puppet's YAML reader) makes of YAML.
#
#   ruby psych.rb scalars < ../golden/scalars.txt > ../golden/psych.tsv
#       each line as a node: how it is loaded ("error" when loading fails)
#   ruby psych.rb events < PATHS
#       each file named on a line: its events, or "rejected"

require 'psych'
require 'date'

def scalars
  puts "# Psych #{Psych::VERSION}, libyaml #{Psych.libyaml_version.join('.')}"
  STDIN.each_line(chomp: true) { |line| puts "#{line}\t#{loaded(line)}" }
end

def loaded(line)
  answer(Psych.unsafe_load("- #{line}\n").first, line)
rescue StandardError
  'error'
end

def answer(value, line)
  case value
  when nil then 'null'
  when true, false then "bool #{value}"
  when Integer then "int #{value}"
  when Float then "float #{value}"
  when Symbol then "symbol #{hex(value.to_s)}"
  when Date, Time then 'timestamp'
  when String then "#{line.match?(/\A!!?binary /) ? 'binary' : 'string'} #{hex(value)}"
  else value.class.name
  end
end

def hex(text)
  text.unpack1('H*')
end

# One line a file, one word an event.
class Words < Psych::Handler
  STYLES = { 1 => 'p', 2 => 's', 3 => 'd', 4 => 'l', 5 => 'f' }.freeze

  attr_reader :words

  def initialize
    super
    @words = []
  end

  def start_document(*) = @words << 'D'
  def alias(name) = @words << "*#{name}"
  def start_sequence(_, tag, *) = @words << "[#{tag}"
  def end_sequence = @words << ']'
  def start_mapping(_, tag, *) = @words << "{#{tag}"
  def end_mapping = @words << '}'

  def scalar(value, _, tag, _, _, style)
    @words << "#{STYLES[style]}#{hex(value)}#{tag}"
  end
end

def events
  STDIN.each_line(chomp: true) do |path|
    handler = Words.new
    begin
      Psych::Parser.new(handler).parse(File.read(path, encoding: 'bom|utf-8'))
      puts handler.words.join(' ')
    rescue StandardError
      puts 'rejected'
    end
  end
end

case ARGV.first
when 'scalars' then scalars
when 'events' then events
else abort 'usage: psych.rb scalars|events'
end
