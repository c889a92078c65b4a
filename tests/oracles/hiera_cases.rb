# hiera_cases.rb SEED COUNT OUT: made-up Hiera configurations, data, facts and
# keys, one JSON object a line; the same seed makes the same cases. `files` lie
# in the environment's folder, below `@global/` in Puppet's own. They are to be
# answered by real Puppet: hiera_answers.rb.
require 'json'

# What one case is made of.
class Case
  PEM = "-----BEGIN CERTIFICATE-----\nMIIB%s\n-----END CERTIFICATE-----\n".freeze
  KEYS = %w[k1 k2 k3 profile::tls::cas profile::tls::ca tls::certs tls::extra etcd::ca].freeze
  PREFIXES = ['--', '-', '---', '!', '~', '--', '-----BEGIN'].freeze

  def initialize(seed, index)
    @random = Random.new(seed * 1_000_003 + index)
    @index = index
    @files = {}
    @kind = pick([:scalar, :array, :hash, :any, :pem_hash, :pem_array])
  end

  def to_h
    environment
    global if chance(3)
    own_module if chance(2)
    { 'name' => "case#{@index}", 'files' => @files, 'facts' => facts, 'node' => "#{hostname}.example.org", 'keys' => keys }
  end

  private

  def pick(list) = list[@random.rand(list.size)]
  def chance(of) = @random.rand(of).zero?
  def some(list, most = 3) = Array.new(1 + @random.rand(most)) { pick(list) }.uniq
  def hostname = @hostname ||= pick(%w[web1 db1 etcd1])

  def facts
    @facts ||= {
      'hostname' => hostname, 'domain' => 'example.org', 'fqdn' => "#{hostname}.example.org",
      'clientcert' => "#{hostname}.example.org", 'role' => pick(%w[web k8s/master]), 'site' => pick(%w[eqiad codfw]),
      'os' => { 'family' => pick(%w[Debian RedHat]), 'release' => { 'major' => pick(%w[10 12]) } },
      'groups' => pick([%w[a b], %w[b], [], 'a', { 'x' => 1, 'a' => 2 }]), 'ssldir' => '/var/lib/puppet/ssl',
      'cpus' => 4, 'empty' => '', 'is_virtual' => true, 'dots' => { 'a.b' => 'dotted' }
    }
  end

  # --- Hierarchies --------------------------------------------------------------

  PATHS = ['nodes/%{facts.hostname}', 'nodes/%{::trusted.certname}', 'os/%{facts.os.family}', 'os/%{::os.family}-%{os.release.major}',
           'site/%{site}', 'role/%{role}', 'env/%{environment}', 'x/%{nothing}', 'common', 'other', '%{hostname}',
           "d/%{facts.dots.'a.b'}", 'v%{}irt/%{is_virtual}', 'common'].freeze

  def environment
    if chance(60)
      @files['hiera.yaml'] = pick(["version: 5\nhierarchy: nope\n", "version: 6\n", "---\n", "version: 5\nhierarchy:\n  - name: a\n    paht: x\n",
                                   "version: 5\nhierarchy:\n  - name: a\n    path: x.yaml\n    glob: '*.yaml'\n",
                                   "version: 5\ndefaults: {datadir: data}\nhierarchy:\n  - name: a\n    path: common.yaml\n",
                                   "version: 5\nhierarchy:\n  - name: a\n    path: common.yaml\n  - name: a\n    path: x.yaml\n",
                                   "version: 5\nhierarchy:\n  - name: a\n    path: \"%{lookup('k1')}.yaml\"\n"])
      data_file('data/common.yaml', :yaml)
    else
      config('', hierarchy_of(2 + @random.rand(3)))
    end
  end

  def config(folder, levels, more = {})
    top = { 'version' => 5 }
    datadir = pick([nil, nil, 'data', 'hieradata', 'data/%{site}', './data'])
    backend = @backend
    if datadir || chance(2) || backend != 'yaml_data'
      top['defaults'] = { 'data_hash' => backend }
      top['defaults']['datadir'] = datadir if datadir
    end
    top['hierarchy'] = levels
    top.merge!(more)
    @files["#{folder}hiera.yaml"] = to_yaml(top)
    all = levels + (more['default_hierarchy'] || [])
    all.each { |level| data_of(folder, level, top['defaults'] || {}) }
  end

  # A level without a reader of its own has that of `defaults`.
  def hierarchy_of(count)
    @backend = pick(%w[yaml_data yaml_data yaml_data json_data])
    Array.new(count) { |index| level("level #{index}") }
  end

  def level(name)
    level = { 'name' => name }
    case @random.rand(20)
    when 0..2 then level['data_hash'] = 'yaml_data'
    when 3 then level['data_hash'] = 'json_data'
    when 4 then level['data_hash'] = 'hocon_data'
    when 5 then level['lookup_key'] = 'eyaml_lookup_key'
    end
    level['datadir'] = pick(%w[data more data2/%{facts.site}]) if chance(8)
    reader = level['data_hash'] || level['lookup_key'] || @backend
    extension = { 'json_data' => 'json', 'hocon_data' => 'conf' }[reader] || 'yaml'
    path = -> { "#{pick(PATHS)}.#{extension}" }
    case @random.rand(10)
    when 0..4 then level['path'] = path.call
    when 5..6 then level['paths'] = Array.new(1 + @random.rand(3)) { path.call }
    when 7 then level['glob'] = pick(['nodes/*', 'glob/*', 'glob/**/*', '{os,site}/*', 'glob/[ab]', '*']) + ".#{extension}"
    when 8 then level['globs'] = ["site/*.#{extension}", "glob/**/?.#{extension}"]
    when 9 then level['mapped_paths'] = pick([['groups', 'g', "group/%{g}.#{extension}"], ['facts.groups', 'g', "group/%{g}.#{extension}"],
                                              ['nothing', 'g', "group/%{g}.#{extension}"], ['site', 's', "site/%{s}.#{extension}"]])
    end
    level
  end

  def data_of(folder, level, defaults)
    datadir = fill(level['datadir'] || defaults['datadir'] || 'data').sub('./', '')
    function = level['data_hash'] || level['lookup_key'] || defaults['data_hash'] || 'yaml_data'
    format = { 'json_data' => :json, 'hocon_data' => :hocon }[function] || :yaml
    paths = [level['path'], *level['paths']].compact.map { |path| fill(path) }
    paths += some(%w[glob/a glob/b glob/sub/c os/Debian site/eqiad common nodes/web1 nodes/db1], 4).map { |p| "#{p}.#{{ json: 'json', hocon: 'conf' }[format] || 'yaml'}" } if level['glob'] || level['globs']
    paths += %w[a b].map { |g| level['mapped_paths'][2].sub(/%\{\w+\}/, g) } if level['mapped_paths']
    paths.each { |path| data_file("#{folder}#{datadir}/#{path}", format) unless chance(9) }
  end

  def fill(text)
    text.gsub(/%\{([^}]*)\}/) do
      case Regexp.last_match(1)
      when /hostname/ then hostname
      when /certname/ then "#{hostname}.example.org"
      when /family/ then facts['os']['family']
      when /major/ then facts['os']['release']['major']
      when /site/ then facts['site']
      when /role/ then facts['role']
      when /environment/ then 'production'
      when /dots/ then 'dotted'
      when /virtual/ then 'true'
      else ''
      end
    end
  end

  # --- Data -----------------------------------------------------------------------

  def data_file(path, format)
    return if @files.key?(path)

    module_name = path[%r{\Amodules/(\w+)/}, 1]
    data = {}
    some(KEYS, 7).each do |key|
      key = "#{module_name}::#{key.split('::').last}" if module_name && !chance(5)
      data[key] = value(0)
    end
    data['lookup_options'] = options(module_name) if chance(3)
    data['aux'] = pick(['aux value', 7, true, %w[x y], { 'in' => 'ner', 'list' => [1, 2] }]) unless module_name
    @files[path] = case format
                   when :json then JSON.pretty_generate(data)
                   when :hocon then hocon(data)
                   else chance(90) ? pick(['', "---\n", "--- nope\n", "- a\n", "k1: [\n", "k1: 2019-09-11\n", "k1: *nope\n"]) : yaml_text(data)
                   end
  end

  def yaml_text(data)
    text = to_yaml(data)
    text += pick(["k1: yes\n", "k2: 0644\n", "k3: ~\n", "k1: 1.50\n", "k3: 'off'\n", "k2: off\n", "k1: 1_000\n", "k1: :sym\n",
                  "k2: 1e3\n", "k2: |\n  block\n\n", "k3: >-\n  folded\n  text\n", "k1: {a: 1, <<: {a: 2, b: 3}}\n",
                  "anchor: &x {a: 1}\nk2: {<<: *x, c: 2}\nk3: [*x, *x]\n", "k1: ENC[PKCS7,abc]\n", "? {a: 1}\n: b\n", "1: one\n"]) if chance(3)
    text
  end

  # Values of one kind for most keys, so that merges do not all fail.
  def value(depth)
    kind = chance(12) ? :any : @kind
    case kind
    when :scalar then scalar
    when :array then array(depth)
    when :hash then hash(depth)
    when :pem_hash then some(%w[a b c d]).to_h { |key| [key, pick([pem, pem, 'plain', "text\n--line", { 'content' => pem, 'x' => [pem] }, [pem, 'y'], '', nil, false])] }
    when :pem_array then some([pem, pem, 'plain', '--plain', '-x', "a\n--b", '--', 'plain', { 'a' => pem }], 4)
    else pick([scalar, nil, false, '', {}, [], array(depth), hash(depth)])
    end
  end

  def pem = format(PEM, pick(%w[AA BB CC]))

  def scalar
    pick(['text', 'two words', 1, 2.5, true, false, nil, '', '%{facts.hostname}', '%{::os.release.major}!', 'pre-%{nothing}-post', '%{}x%{::}',
          "%{lookup('aux')}", "a %{hiera('aux')} b", "%{alias('aux')}", "%{literal('%')}{x}", "%{scope('site')}", "%{lookup('aux.in')}",
          "%{lookup('nope')}", "x%{alias('aux')}", "%{nope('x')}", "%{facts.os}", "%{groups}", "%{cpus}", "%{empty}", "%{ site }", "%{lookup(\"aux.list.1\")}",
          "%{facts.hostname.x}", "%{lookup('k1')}", "%{lookup('k2')}", "%{alias('k3')}", '100%', '%{', pem, "%{facts.dots.'a.b'}", '%{dots."a.b"}', 'ENC[x]', '010', 'yes', 'é ü'])
  end

  def array(depth)
    return [scalar] if depth > 1

    Array.new(@random.rand(4)) { pick(['a', 'b', 'c', 'b', 1, scalar, %w[n e], { 'x' => pick([1, 2]), 'y' => 'z' }, '--a', '--']) }
  end

  def hash(depth)
    names = some(%w[a b c d a.b 1 --a], 4)
    names.to_h { |name| [chance(15) ? '%{site}' : name, depth > 1 ? scalar : pick([scalar, 'x', 1, nil, false, array(depth + 1), hash(depth + 1), %w[p q], %w[--p r]])] }
  end

  def options(module_name)
    own = module_name ? ["#{module_name}::certs", "#{module_name}::ca", "#{module_name}::extra", "^#{module_name}::.*", "^#{module_name}::c"] : KEYS + ['^k', '^profile::.*', '.*', '^tls::', '^k[12]$', 'aux']
    some(own, 3).to_h { |key| [key, option] }
  end

  def option
    return pick(['deep', {}, nil]) if chance(25)

    result = {}
    result['merge'] = merge unless chance(5)
    result['convert_to'] = conversion if chance(4)
    result
  end

  def merge
    return pick(['nope', { 'strategy' => 'first', 'x' => 1 }, { 'knockout_prefix' => '--' }]) if chance(25)

    pick(['first', 'unique', 'hash', 'deep', 'deep', { 'strategy' => 'hash' }, { 'strategy' => 'deep' }, { 'strategy' => 'unique' },
          *Array.new(8) { deep }, { 'strategy' => 'reverse_deep' }])
  end

  def deep
    result = { 'strategy' => 'deep' }
    result['knockout_prefix'] = pick(PREFIXES) unless chance(4)
    result['sort_merged_arrays'] = pick([true, false]) if chance(3)
    result['merge_hash_arrays'] = pick([true, true, false]) if chance(3)
    result['unpack_arrays'] = ',' if chance(20)
    result['knockout_prefix'] = '' if chance(40)
    result
  end

  def conversion
    pick(['Sensitive', 'Integer', 'String', 'Array', %w[Sensitive], ['Array', true], 'Boolean', 'Float', 'Hash', 'Numeric', ['Integer', 16], 'Nope['])
  end

  # --- Layers -----------------------------------------------------------------------

  def global
    if chance(2)
      config('@global/', hierarchy_of(1 + @random.rand(2)))
    else
      backends = pick([%w[yaml], %w[yaml json], 'yaml'])
      sources = some(PATHS, 3)
      top = { ':backends' => backends, ':hierarchy' => chance(5) ? sources[0] : sources, ':yaml' => { ':datadir' => '@GLOBAL@/v3' }, ':json' => { ':datadir' => '@GLOBAL@/v3' } }
      top[':merge_behavior'] = pick(%w[deep deeper native]) if chance(2)
      top.delete(':json') unless backends == %w[yaml json]
      text = to_yaml(top)
      @files['@global/hiera.yaml'] = text
      sources.each { |source| [*backends].each { |backend| data_file("@global/v3/#{fill(source)}.#{backend}", backend.to_sym) unless chance(4) } }
      @files.delete('hiera.yaml') if chance(4)
    end
  end

  def own_module
    levels = hierarchy_of(1 + @random.rand(2))
    more = chance(2) ? { 'default_hierarchy' => [level('default 0'), level('default 1')] } : {}
    config('modules/tls/', levels, more)
  end

  def keys
    dotted = KEYS.flat_map { |key| ["#{key}.a", "#{key}.0", "#{key}.a.b", "#{key}.'a.b'", "#{key}.a.content"] }
    (KEYS + some(dotted, 2) + some(['aux', 'aux.list.0', 'aux.list.5', 'lookup_options', 'nope', 'anchor', 'tls::ca', '1', 'aux.in.x'], 2)).uniq
  end

  # --- Writing ------------------------------------------------------------------------

  # YAML by hand: Ruby's own way of writing it would cover less of what people
  # write, and would turn equal values into aliases.
  def to_yaml(data) = "#{data.map { |key, value| "#{yaml_key(key)}:#{yaml_value(value, 1)}" }.join("\n")}\n"

  def yaml_key(key) = key.match?(/\A:?[a-z_][a-z_0-9:]*\z/) ? key : JSON.generate(key)

  def yaml_value(value, depth)
    indent = '  ' * depth
    case value
    when Hash
      return ' {}' if value.empty?

      value.map { |key, inner| "\n#{indent}#{yaml_key(key)}:#{yaml_value(inner, depth + 1)}" }.join
    when Array
      return ' []' if value.empty?

      value.map { |inner| "\n#{indent}- #{inner.is_a?(Hash) || inner.is_a?(Array) ? JSON.generate(inner) : yaml_value(inner, depth + 1).lstrip}" }.join
    when String
      return " |\n#{value.lines.map { |line| "#{indent}#{line}" }.join.chomp}" if value.end_with?("-----\n") && chance(2)

      " #{value.match?(/\A[a-z]+\z/) && !%w[yes no on off y n true false null].include?(value) ? value : JSON.generate(value)}"
    when nil then pick([' ~', ' null', ''])
    else " #{value}"
    end
  end

  def hocon(data)
    chance(2) ? JSON.pretty_generate(data) : data.map { |key, value| "#{JSON.generate(key)} #{pick(%w[= :])} #{JSON.generate(value)}" }.join("\n")
  end
end

seed, count, out = ARGV
File.open(out, 'w') do |file|
  Integer(count).times { |index| file.puts JSON.generate(Case.new(Integer(seed), index).to_h) }
end
