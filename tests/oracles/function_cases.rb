# function_cases.rb SEED COUNT OUT: COUNT made-up Puppet expressions and those of
# function_shapes.txt, with what real Puppet (7, Debian's `puppet` and
# `puppet-module-puppetlabs-stdlib`) makes of each: one JSON object a line,
# `{"expression": …, "value": …}` or `{"expression": …, "error": true}`. The same
# seed makes the same expressions. With a SEED of 0 only the shapes are asked.
#
# A hash is `{"hash": [[key, value], …]}`, a float `{"float": "1.5"}`, `default` is
# `{"default": true}`, and what JSON has nothing for is `{"other": …}`.
require 'json'
require 'puppet'
require 'tmpdir'

# Makes expressions: mostly with arguments of the type that a function wants.
class Expressions
  WORDS = ['a', 'b', 'web1', 'Web1', '', ' x ', "line\n", "a\nb\n", '/etc/ssl/certs/ca.pem', '/etc/ssl/', 'ca.tar.gz', '.hidden', 'a,b,,c',
           'a_b_c', 'héé', '10', '-3', '0x1f', '017', '1.5', '1e3', 'true', 'no', 'undef', "it's", '%d', 'a b', 'k=v&x', 'https://host:2379',
           'C:/x', 'AbC', 'aab', '1.10.0', '1.9-rc1', 'x.example.org', '--', 'y', '[a]', '{"a": [1, null]}', "- a\n- b: 1\n"].freeze
  INTEGERS = [0, 1, 2, 3, 7, -1, -5, 10, 255, 4096].freeze
  FLOATS = [0.0, 1.0, 1.5, -2.5, 0.1, 2.49, 100.0, 1.0e20, 1.0e-5].freeze
  PATTERNS = ['a', '^a', 'b$', '[,_]', '\.', '(a)(b)?', '\d+', '[a-z]+', '\s+', '(\w+)\.(\w+)', '\A/', '\.pem\z', 'x|a', '(?i:WEB)', '/+', '[^a-z]', '', ',', '(?=a)', '\Z', 'a{2}', '\bb'].freeze
  TYPES = ['String', 'Integer', 'Float', 'Numeric', 'Boolean', 'Array', 'Hash', 'Undef', 'Any', 'Data', 'Scalar', 'Collection', 'String[1]', 'String[1,3]', 'Integer[0]', 'Integer[1,10]',
           'Integer[default,5]', 'Float[0.0,2.0]', 'Array[String]', 'Array[Integer,1]', 'Array[Any,0,2]', 'Hash[String,Integer]', 'Hash[String,Any,1]', 'Optional[String]', 'Optional[Integer]', 'NotUndef',
           "Enum['a','b']", "Enum['A',true]", 'Pattern[/^a/,/x$/]', 'Variant[Integer,String]', 'Variant[Array[String],Undef]', 'Tuple[String,Integer]', 'Tuple[String]', "Struct[{a => Integer}]",
           "Struct[{a => Integer, Optional[b] => String}]", 'ScalarData', 'Stdlib::Absolutepath', 'Stdlib::Unixpath', 'Stdlib::Port', 'Stdlib::HTTPUrl', 'Regexp', 'Boolean[true]'].freeze
  FORMATS = ['%s', '%d', '%x', '%o', '%05d', '%-5s|', '%5s', '%.2f', '%e', '%+d', '%b', '%#x', '%%', '%c', '%X', '%.3s', '% d', '%08.3f', '%i'].freeze
  # Names with the kinds of their arguments.
  FUNCTIONS = {
    'join' => [%i[list sep]], 'prefix' => [%i[strings word], %i[hash word]], 'suffix' => [%i[strings word]], 'concat' => [%i[list list], %i[list any], %i[list any any]],
    'flatten' => [%i[nested], %i[list list]], 'unique' => [%i[list], %i[word]], 'sort' => [%i[strings], %i[integers], %i[word]], 'reverse' => [%i[list], %i[word]],
    'union' => [%i[list list]], 'difference' => [%i[list list]], 'intersection' => [%i[list list]], 'member' => [%i[list any]], 'delete' => [%i[list any], %i[hash word], %i[word word]],
    'delete_at' => [%i[list integer]], 'delete_undef_values' => [%i[list], %i[hash]], 'delete_values' => [%i[hash any]], 'delete_regex' => [%i[strings pattern]], 'grep' => [%i[strings pattern]],
    'values_at' => [%i[list integer], %i[list integers]], 'zip' => [%i[list list], %i[list list boolean]], 'slice' => [%i[list integer]], 'any2array' => [%i[any], %i[any any]], 'range' => [%i[integer integer], %i[integer integer integer]],
    'length' => [%i[list], %i[word], %i[hash]], 'size' => [%i[list], %i[word]], 'count' => [%i[list], %i[list any]], 'empty' => [%i[list], %i[word], %i[any]],
    'keys' => [%i[hash]], 'values' => [%i[hash]], 'has_key' => [%i[hash word]], 'merge' => [%i[hash hash], %i[hash undef]], 'deep_merge' => [%i[deep deep]], 'hash' => [%i[list]],
    'dig' => [%i[deep word], %i[deep word word], %i[nested integer]], 'get' => [%i[deep path], %i[nested path any]], 'join_keys_to_values' => [%i[hash sep]], 'pick' => [%i[any any], %i[undef word]], 'pick_default' => [%i[any any any]],
    'abs' => [%i[number]], 'floor' => [%i[number]], 'ceiling' => [%i[number]], 'round' => [%i[number]], 'min' => [%i[number number], %i[integers]], 'max' => [%i[number number number], %i[strings]], 'clamp' => [%i[integer integer integer]],
    'num2bool' => [%i[number]], 'bool2num' => [%i[boolean], %i[word]], 'convert_base' => [%i[integer integer]], 'str2bool' => [%i[word], %i[boolean]], 'bool2str' => [%i[boolean], %i[boolean word word]], 'any2bool' => [%i[any]],
    'Integer' => [%i[word], %i[number], %i[word integer], %i[boolean]], 'Float' => [%i[word], %i[number]], 'Numeric' => [%i[word]], 'Boolean' => [%i[word], %i[number]], 'String' => [%i[any], %i[integer format]], 'Array' => [%i[any], %i[any boolean], %i[hash]], 'Hash' => [%i[nested], %i[hash]],
    'downcase' => [%i[word], %i[strings]], 'upcase' => [%i[word], %i[strings]], 'capitalize' => [%i[word]], 'camelcase' => [%i[word]], 'swapcase' => [%i[word], %i[list]], 'strip' => [%i[word], %i[strings]], 'lstrip' => [%i[word]], 'rstrip' => [%i[word]],
    'chomp' => [%i[word]], 'chop' => [%i[word]], 'squeeze' => [%i[word]], 'regexpescape' => [%i[word]], 'dos2unix' => [%i[word]], 'unix2dos' => [%i[word]], 'stdlib::start_with' => [%i[word word]], 'stdlib::end_with' => [%i[word strings]],
    'basename' => [%i[word], %i[word word]], 'dirname' => [%i[word]], 'stdlib::extname' => [%i[word]], 'split' => [%i[word pattern], %i[word regex]], 'regsubst' => [%i[word pattern replacement flags], %i[word regex replacement], %i[strings pattern replacement flags]],
    'match' => [%i[word pattern], %i[strings regex]], 'sprintf' => [%i[format any], %i[format number], %i[format integer]], 'base64' => [%i[encode word], %i[encode word way]], 'sha1' => [%i[word]], 'sha256' => [%i[word]], 'uriescape' => [%i[word]], 'shell_escape' => [%i[any]],
    'shell_join' => [%i[strings]], 'to_json' => [%i[any], %i[deep]], 'to_json_pretty' => [%i[deep], %i[nested]], 'to_yaml' => [%i[deep], %i[nested], %i[any]], 'parsejson' => [%i[word], %i[word any]], 'parseyaml' => [%i[word]],
    'is_string' => [%i[any]], 'is_array' => [%i[any]], 'is_hash' => [%i[any]], 'is_integer' => [%i[any]], 'is_numeric' => [%i[any]], 'is_float' => [%i[any]], 'is_bool' => [%i[any]], 'is_absolute_path' => [%i[word]],
    'versioncmp' => [%i[version version]], 'assert_type' => [%i[type any]], 'index' => [%i[list any]], 'unwrap' => [%i[any]], 'reject' => [%i[strings pattern]]
  }.freeze
  OPERATORS = %w[== != < <= > >= + - * / % << in and or].freeze

  def initialize(seed)
    @random = Random.new(seed)
  end

  def make
    case @random.rand(12)
    when 0..6 then call(2)
    when 7..8 then operation
    when 9 then iteration
    when 10 then access
    when 11 then choice
    end
  end

  private

  def pick(list) = list[@random.rand(list.size)]
  def chance(of) = @random.rand(of).zero?
  def few(most = 4, &block) = "[#{Array.new(@random.rand(most + 1)) { block.call }.join(', ')}]"
  def pairs(&block) = "{#{Array.new(@random.rand(4)) { "#{word} => #{block.call}" }.join(', ')}}"
  def word = quote(pick(WORDS))
  def quote(text) = text.include?("\n") ? text.dump : "'#{text.gsub('\\') { '\\\\' }.gsub("'") { "\\'" }}'"

  def call(depth)
    name, forms = pick(FUNCTIONS.to_a)
    "#{name}(#{pick(forms).map { |kind| chance(12) ? argument(:any, depth) : argument(kind, depth) }.join(', ')})"
  end

  def argument(kind, depth)
    return call(depth - 1) if depth.positive? && chance(8)

    case kind
    when :word then word
    when :sep then quote(pick([',', ' ', '', ':', "\n"]))
    when :integer then pick(INTEGERS).to_s
    when :number then chance(2) ? pick(FLOATS).to_s : pick(INTEGERS).to_s
    when :boolean then pick(%w[true false])
    when :undef then 'undef'
    when :strings then few { word }
    when :integers then few { pick(INTEGERS).to_s }
    when :list then few { scalar }
    when :nested then few { chance(3) ? few(3) { scalar } : scalar }
    when :hash then pairs { scalar }
    when :deep then pairs { pick([-> { scalar }, -> { few(3) { scalar } }, -> { pairs { scalar } }]).call }
    when :path then quote(pick(%w[a a.b 0 1 0.1 a.0 b.a web1]))
    when :pattern then quote(pick(PATTERNS))
    when :regex then "/#{pick(PATTERNS).gsub('/', '\\/')}/"
    when :replacement then quote(pick(['', 'x', '\1', '[\0]', '\2-\1', '\\\\', '\&', 'a\n']))
    when :flags then quote(pick(['', 'G', 'GI', 'M', 'GE', 'I']))
    when :format then quote(pick(FORMATS))
    when :encode then quote(pick(%w[encode decode encode]))
    when :way then quote(pick(%w[strict default urlsafe]))
    when :version then quote(pick(%w[1.0 1.10 1.9 1.9-1 1.9.1 2.0.0-rc1 2.0.0 1.09 1a 1.a]))
    when :type then pick(TYPES)
    else pick([-> { scalar }, -> { argument(:list, 0) }, -> { argument(:hash, 0) }, -> { argument(:nested, 0) }]).call
    end
  end

  def scalar
    case @random.rand(10)
    when 0..5 then word
    when 6..7 then pick(INTEGERS).to_s
    when 8 then chance(2) ? pick(FLOATS).to_s : pick(%w[true false])
    else pick(%w[undef true 1.0 'a'])
    end
  end

  def operation
    return "#{argument(:any, 1)} =~ #{argument(:type, 0)}" if chance(4)
    return "#{word} =~ #{argument(:regex, 0)}" if chance(5)
    return "#{pick(%w[! -])}#{argument(:number, 0)}" if chance(12)

    kinds = pick([%i[number number], %i[word word], %i[word list], %i[list any], %i[hash hash], %i[any any], %i[scalar scalar], %i[word hash], %i[list list]])
    "#{argument(kinds[0], 1)} #{pick(OPERATORS)} #{argument(kinds[1], 1)}"
  end

  def iteration
    list = argument(pick(%i[list integers strings hash nested]), 0)
    one = pick(['$x', '$x', '[$x, 1]', '"<${x}>"', '$x =~ String', "$x == 'a'", "$x in ['a', 1, 'web1']", '$x ? { Integer => 1, default => 2 }', 'String($x)'])
    two = pick(['$v', '$k', '"${k}=${v}"', '[$k, $v]', "$v == 'a'", '$v =~ Integer'])
    pick(["#{list}.map |$x| { #{one} }", "#{list}.filter |$x| { #{one} }", "#{list}.map |$k, $v| { #{two} }", "#{list}.filter |$k, $v| { #{two} }",
          "#{list}.any |$x| { #{one} }", "#{list}.all |$x| { #{one} }", "#{list}.partition |$x| { #{one} }", "#{list}.group_by |$x| { #{one} }",
          "#{list}.reduce([]) |$m, $x| { $m + [#{one}] }", "#{list}.reduce |$m, $x| { \"${m}${x}\" }", "#{list}.index |$x| { #{one} }", "#{list}.with |$x| { #{one} }",
          "#{list}.each |$x| { #{one} }", "#{list}.slice(2) |$x| { #{one} }", "#{argument(:any, 0)}.then |$x| { #{one} }", "#{argument(:any, 0)}.lest || { 1 }",
          "#{pick(INTEGERS)}.map |$x| { #{one} }", "#{word}.map |$x| { #{one} }", "Integer[1,#{pick(INTEGERS)}].map |$x| { #{one} }", "#{list}.map |$k, *$r| { $r }"])
  end

  def access
    pick(["#{argument(:list, 0)}[#{pick(INTEGERS)}]", "#{argument(:list, 0)}[#{pick(INTEGERS)}, #{pick(INTEGERS)}]", "#{argument(:hash, 0)}[#{word}]", "#{argument(:hash, 0)}[#{word}, #{word}]",
          "$s = #{word}\n$s[#{pick(INTEGERS)}]", "$s = #{word}\n$s[#{pick(INTEGERS)}, #{pick(INTEGERS)}]", "$v = #{argument(:any, 0)}\n\"<${v}>\"", "[*#{argument(:any, 0)}, 1]", "$a = #{argument(:list, 0)}\nconcat([], *$a)"])
  end

  def choice
    subject = argument(:any, 0)
    pattern = argument(:regex, 0)
    pick(["#{subject} ? { #{word} => 1, #{pattern} => \"<${0}${1}>\", #{argument(:type, 0)} => 3, default => 4 }", "case #{subject} { #{word}, #{pick(INTEGERS)}: { 1 } #{pattern}: { \"<${0}>\" } default: { 3 } }",
          "if #{word} =~ #{pattern} { [$0, $1, $2] } else { 'no' }", "if #{subject} { 1 } else { 2 }", "unless #{subject} == #{argument(:any, 0)} { 1 } else { 2 }", "case #{subject} { #{argument(:type, 0)}: { 1 } [#{word}]: { 2 } default: { 3 } }"])
  end
end

# Real Puppet, with no classes, no data and no facts.
class RealPuppet
  STDLIB = '/usr/share/puppet/modules'.freeze

  def initialize(folder)
    Puppet.initialize_settings(['--confdir', "#{folder}/conf", '--vardir', "#{folder}/var", '--log_level', 'emerg'])
    environment = Puppet::Node::Environment.create(:production, [STDLIB])
    abort "#{STDLIB}/stdlib is not there" unless environment.modules.any? { |mod| mod.name == 'stdlib' }
    Puppet.push_context({ loaders: Puppet::Pops::Loaders.new(environment), current_environment: environment })
    @compiler = Puppet::Parser::Compiler.new(Puppet::Node.new('node', environment: environment))
    @evaluator = Puppet::Pops::Parser::EvaluatingParser.new
  end

  def answer(expression)
    scope = Puppet::Parser::Scope.new(@compiler)
    scope.source = Puppet::Resource::Type.new(:node, 'node')
    scope.parent = @compiler.topscope
    { 'expression' => expression, 'value' => encoded(scope.with_guarded_scope { @evaluator.evaluate_string(scope, expression) }) }
  rescue StandardError, ScriptError, SystemStackError
    { 'expression' => expression, 'error' => true }
  end

  private

  def encoded(value)
    case value
    when nil, true, false, Integer then value
    when :undef then nil
    when Float then { 'float' => value.to_s }
    when String then value.encoding == Encoding::UTF_8 && value.valid_encoding? ? value : text(value)
    when Array then value.map { |item| encoded(item) }
    when Hash then { 'hash' => value.map { |key, item| [encoded(key), encoded(item)] } }
    when :default then { 'default' => true }
    when Puppet::Pops::Types::PSensitiveType::Sensitive then encoded(value.unwrap)
    else { 'other' => value.class.name }
    end
  end

  def text(value)
    as_utf8 = value.dup.force_encoding(Encoding::UTF_8)
    as_utf8.valid_encoding? ? as_utf8 : { 'other' => 'bytes' }
  end
end

seed, count, out = ARGV
abort 'usage: function_cases.rb SEED COUNT OUT' unless out
Encoding.default_external = Encoding::UTF_8
shapes = File.read(File.join(__dir__, 'function_shapes.txt')).split(/^---\n/).map(&:chomp).reject(&:empty?)
made = Expressions.new(seed.to_i)
expressions = seed.to_i.zero? ? shapes : shapes + Array.new(count.to_i) { made.make }
Dir.mktmpdir do |folder|
  real = RealPuppet.new(folder)
  File.write(out, expressions.uniq.map { |expression| "#{JSON.generate(real.answer(expression))}\n" }.join)
end
