# Compiles catalogs with real Puppet (7, Debian's `puppet`), all in one process:
# on the command line each takes over three seconds. What is done is what
# `puppet catalog compile` does (puppet/indirector/catalog/compiler.rb): virtual
# resources that nobody collected are not in the catalog.
require 'fileutils'
require 'puppet'
require 'puppet/indirector/code'
require 'timeout'

# What other hosts export: nothing.
class Puppet::Resource::NoOtherHost < Puppet::Indirector::Code
  desc 'nothing is exported by other hosts'
  def search(_request) = []
end

# Real Puppet, asked for the files that a node's catalog manages.
class CatalogCompiler
  # What is told of a File besides its place; all that decides content.
  ATTRIBUTES = %w[source content ensure target backup recurse].freeze

  # ROOT: a folder for Puppet's own files; MODULES: those of every environment,
  # behind its own.
  def initialize(root, modules: [])
    @root = root
    @modules = modules
    FileUtils.mkdir_p(["#{root}/conf", "#{root}/var", "#{root}/environments"])
    Puppet.initialize_settings(settings)
    Puppet::Util::Log.level = :crit
    Puppet::Node.indirection.terminus_class = :plain
    Puppet::Resource.indirection.terminus_class = :no_other_host
    # Puppet knows by itself what a catalog needs; loading Puppet takes seconds.
    Puppet::Type.type(:file)
  end

  # The files of NODE's catalog in the environment in FOLDER, or `error`.
  # FACTS are as Facter tells them; CODE stands for the site manifest where it
  # is given. TIMED compiles a second time, when everything is parsed and cached,
  # and says how many milliseconds that took.
  def compile(folder, node, facts, code: '', seconds: 30, timed: false)
    name = File.basename(folder)
    Puppet[:codedir] = File.dirname(folder, 2)
    Puppet[:environmentpath] = File.dirname(folder)
    Puppet[:environment] = name
    Puppet[:code] = code
    told = {}
    catalog = in_environment(folder, name) do |environment|
      catalog = Timeout.timeout(seconds) { compiled(node, facts, environment) }
      told['milliseconds'] = milliseconds { compiled(node, facts, environment) } if timed
      catalog
    end
    told.merge('files_managed' => files_managed(catalog, folder))
  rescue Exception => e # rubocop:disable Lint/RescueException
    raise if e.is_a?(Interrupt) || e.is_a?(NoMemoryError)

    { 'files_managed' => [], 'error' => words(e.message, folder) }
  end

  private

  def milliseconds
    before = Process.clock_gettime(Process::CLOCK_MONOTONIC, :float_millisecond)
    yield
    (Process.clock_gettime(Process::CLOCK_MONOTONIC, :float_millisecond) - before).round(3)
  end

  def settings
    ['--confdir', "#{@root}/conf", '--vardir', "#{@root}/var", '--codedir', @root,
     '--environmentpath', "#{@root}/environments", '--hiera_config', "#{@root}/conf/hiera.yaml",
     '--log_level', 'crit', '--storeconfigs', 'false', '--strict', 'warning']
  end

  def in_environment(folder, name)
    loader = Puppet::Environments::Directories.new(File.dirname(folder), @modules)
    Puppet.override(Puppet.base_context(Puppet.settings).merge(environments: loader)) do
      # The loader asks the settings, and these ask the loader.
      environment = loader.get!(name)
      Puppet.override(current_environment: environment) { yield environment }
    end
  end

  # The same at every run.
  def words(message, folder)
    message.gsub(folder, 'ENV').gsub(@root, 'ROOT').gsub(/0x\h{8,}/, '0x…').lines.first.to_s.chomp
  end

  def compiled(node, facts, environment)
    known = Puppet::Node::Facts.new(node, {})
    known.add_extra_values(facts)
    found = Puppet::Node.indirection.find(node, facts: known, environment: environment)
    found.trusted_data = trusted(node)
    Puppet.override(trusted_information: nil) { Puppet::Parser::Compiler.compile(found) }
  end

  # As on the command line, of a node without extensions in its certificate.
  def trusted(node)
    hostname, domain = node.split('.', 2)
    { 'authenticated' => 'local', 'certname' => node, 'hostname' => hostname, 'domain' => domain,
      'extensions' => {}, 'external' => {} }
  end

  def files_managed(catalog, folder)
    files = catalog.resources.select { |it| it.type == 'File' && !it.virtual? }
    files.map { |file| told(catalog, file, folder) }.sort_by { |it| [it['path'], it['title']] }
  end

  def told(catalog, file, folder)
    told = { 'path' => path_of(file), 'title' => file.title }
    ATTRIBUTES.each do |name|
      value = plain(file[name.to_sym])
      told[name] = value unless value.nil?
    end
    told['file'] = file.file&.delete_prefix("#{folder}/")
    told['line'] = file.line
    told.merge('containers' => containers(catalog, file))
  end

  # Puppet takes a trailing slash away.
  def path_of(file)
    path = (file[:path] || file[:name] || file.title).to_s
    path == '/' ? path : path.sub(%r{/+\z}, '')
  end

  def plain(value)
    case value
    when Puppet::Pops::Types::PSensitiveType::Sensitive then plain(value.unwrap)
    when Array then value.map { |item| plain(item) }
    when Symbol then value == :undef ? nil : value.to_s
    # JSON holds no other bytes.
    when String then value.dup.force_encoding('UTF-8').scrub('?')
    when nil, Integer, Float, true, false then value
    else value.to_s
    end
  end

  # Outermost first.
  def containers(catalog, file)
    found = []
    container = catalog.container_of(file)
    while container && found.size < 64
      found.unshift(container.ref)
      container = catalog.container_of(container)
    end
    found
  end
end
