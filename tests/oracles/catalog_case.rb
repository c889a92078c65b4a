# One made-up environment: shapes (catalog_shapes/*.rb) add their part to it.
class CatalogCase
  SHAPES = {} # rubocop:disable Style/MutableConstant

  # Adds a shape: its block runs inside a case.
  def self.shape(name, &block) = SHAPES[name.to_s] = block

  MODULES = %w[sslcert profile role base certs k8s].freeze
  attr_reader :kinds

  def initialize(seed, index)
    @random = Random.new(seed * 1_000_003 + index)
    @files = {}
    @top, @body, @nodes = [], [], []
    @layers = Hash.new { |layers, layer| layers[layer] = {} }
    @kinds = []
    @count = 0
  end

  # Adds a shape's part.
  def add(name)
    @kinds << name
    instance_exec(&SHAPES.fetch(name))
  end

  def to_h(index)
    { 'name' => format('%04d %s', index, kinds.join('+')), 'kinds' => kinds, 'files' => files, 'node' => node, 'facts' => facts }
  end

  # --- What shapes are made with -----------------------------------------------

  def pick(list) = list[@random.rand(list.size)]
  def chance(of) = @random.rand(of).zero?
  def some(list, least = 1) = list.shuffle(random: @random).take(least + @random.rand(list.size - least + 1))

  # A name that nothing else in the case has.
  def fresh(stem = pick(%w[ca cert tls trust pki bundle])) = "#{stem}#{@count += 1}"

  def module_name = pick(MODULES)

  # A path on the host at which people keep CAs, of no other resource.
  def ca_path(name = fresh)
    pick(["/etc/ssl/certs/#{name}.pem", "/usr/local/share/ca-certificates/#{name}.crt", "/etc/etcd/ssl/#{name}-ca.pem",
          "/etc/kubernetes/pki/#{name}.crt", "/etc/ssl/localcerts/#{name}.pem", "/var/lib/#{name}/ca.pem"])
  end

  # `puppet:///modules/…` of a file that is there.
  def served(name = fresh, in_module = module_name)
    file("modules/#{in_module}/files/#{name}.pem", pem(name))
    "puppet:///modules/#{in_module}/#{name}.pem"
  end

  # A path on the host from which something is copied.
  def host_source(name = fresh) = pick(["/var/lib/puppet/ssl/certs/#{name}.pem", "/etc/puppet/private/#{name}.pem", "/srv/ca/#{name}.crt"])

  # Not real certificates: nothing here is about what stands in them.
  def pem(name) = "-----BEGIN CERTIFICATE-----\nMIIB#{name}\n-----END CERTIFICATE-----\n"

  def file(path, text) = @files[path] = text

  # Code at top scope, before the node's.
  def top(code) = @top << code

  # Code of the node.
  def body(code) = @body << code

  # A node definition besides the node's own: `node …` with its braces.
  def other_node(code) = @nodes << code

  # The head of the node's definition, `default` or its name where no shape says.
  def head(head) = @head = head

  # A data key in a layer: `common`, `os`, `site`, `node`.
  def data(key, value, layer = 'common') = @layers[layer][key] = value

  # A class and its file: the name is MODULE::NAME.
  def klass(text, name = "#{module_name}::#{fresh}", head: '', kind: 'class')
    folder, *rest = name.split('::')
    rest = ['init'] if rest.empty?
    text = text.gsub(/^/, '  ').gsub(/^ +$/, '')
    # Heredocs end at the line's own margin.
    file("modules/#{folder}/manifests/#{rest.join('/')}.pp", "#{kind} #{name}#{head} {\n#{text.chomp}\n}\n")
    name
  end

  def define(text, name = "#{module_name}::#{fresh}", head: '') = klass(text, name, head: head, kind: 'define')

  # A function in the Puppet language.
  def function(text, head: '', name: "#{module_name}::#{fresh('f')}")
    folder, *rest = name.split('::')
    file("modules/#{folder}/functions/#{rest.join('/')}.pp", "function #{name}#{head} {\n#{text.gsub(/^/, '  ').chomp}\n}\n")
    name
  end

  # Makes the node have a class.
  def use(name)
    body(pick(["include #{name}", "include ::#{name}", "class { '#{name}': }", "contain #{name}", "require #{name}"]))
  end

  # --- The node -----------------------------------------------------------------

  def hostname = @hostname ||= pick(%w[k8s-master-01 etcd1 web3 tools-db-2])
  def node = "#{hostname}.example.org"

  def facts
    @facts ||= begin
      family, name, major = pick([%w[Debian Debian 12], %w[Debian Ubuntu 22.04], %w[RedHat CentOS 7]])
      { 'hostname' => hostname, 'domain' => 'example.org', 'fqdn' => node, 'clientcert' => node,
        'os' => { 'family' => family, 'name' => name, 'release' => { 'major' => major, 'full' => "#{major}.1" } },
        'osfamily' => family, 'operatingsystem' => name, 'kernel' => 'Linux', 'virtual' => pick(%w[kvm physical]),
        'is_virtual' => chance(2), 'ipaddress' => '192.0.2.7', 'processorcount' => pick([2, 4]), 'site' => pick(%w[eqiad codfw]),
        'realm' => pick(%w[labs production]),
        'networking' => { 'fqdn' => node, 'hostname' => hostname, 'domain' => 'example.org', 'ip' => '192.0.2.7',
                          'interfaces' => { 'eth0' => { 'ip' => '192.0.2.7' } } } }
    end
  end

  private

  def files
    file('manifests/site.pp', site)
    hiera
    @files.sort.to_h
  end

  def site
    own = "#{['node', @head || default_head].join(' ')} {\n#{@body.join("\n").gsub(/^/, '  ')}\n}\n"
    [*@top, *@nodes.shuffle(random: @random), own].join("\n")
  end

  def default_head = pick(['default', 'default', "'#{node}'", "/^#{hostname[0, 3]}/"])

  LAYERS = { 'node' => 'nodes/%{::trusted.certname}.yaml', 'site' => 'site/%{facts.site}.yaml',
             'os' => 'os/%{facts.os.family}.yaml', 'common' => 'common.yaml' }.freeze

  def hiera
    return if @files.key?('hiera.yaml') && @layers.empty?

    @files['hiera.yaml'] ||= hiera_yaml
    @layers.each do |layer, keys|
      path = LAYERS.fetch(layer, layer).gsub(/%\{[^}]*certname\}/, node).gsub('%{facts.site}', facts['site'])
      path = path.gsub('%{facts.os.family}', facts['os']['family'])
      @files["data/#{path}"] = keys.to_yaml
    end
    # A value for some other host.
    return unless @layers.key?('common') && chance(2)

    others = @layers['common'].select { |_, value| value.is_a?(String) }
    @files['data/nodes/other.example.org.yaml'] = others.transform_values { |it| "#{it}.other" }.to_yaml unless others.empty?
  end

  def hiera_yaml
    levels = LAYERS.map { |name, path| { 'name' => name, 'path' => path } }
    { 'version' => 5, 'defaults' => { 'datadir' => 'data', 'data_hash' => 'yaml_data' }, 'hierarchy' => levels }.to_yaml
  end
end
