# catalog_of_classes.rb [OPTIONS] TREE FACTS OUT CLASS...: what real Puppet
# manages on a node that has one class of a real repository and nothing else,
# one line a class in the form of catalog_cases.rb; `tree` is the folder and
# `files` only what stands over it: site manifest, Hiera configuration and
# environment.conf. FACTS is JSON as Facter prints it. Classes that do not
# compile (a parameter without data, a module that is elsewhere) or manage no
# file are left out and counted. What is written holds files of the repository:
# it is not to be kept in this one.
#
#   --all N            the first N classes of the tree that compile
#   --modulepath PATHS below TREE, as in environment.conf
#   --hiera FILE       in place of the tree's own configuration
#   --top FILE         code at top scope, before the class
#   --with FOLDER      more modules, behind the tree's own
#   --time             how long a warm compile takes, for benches/catalogs.rs
require 'json'
require 'optparse'
require 'tmpdir'
require 'yaml'
require_relative 'catalog_compiler'

MODULE_FOLDERS = %w[site site-modules site-cookbooks dist modules vendor/modules third_party/modules].freeze
OVERLAID = %w[manifests hiera.yaml environment.conf].freeze
DATA_FOLDERS = %w[hieradata hiera data].freeze

options = {}
OptionParser.new do |parser|
  parser.on('--all N', Integer) { |it| options[:all] = it }
  parser.on('--modulepath PATHS') { |it| options[:modulepath] = it }
  parser.on('--hiera FILE') { |it| options[:hiera] = File.read(it) }
  parser.on('--top FILE') { |it| options[:top] = File.read(it) }
  parser.on('--with FOLDER') { |it| options[:with] = it }
  parser.on('--time') { options[:timed] = true }
end.parse!
tree, facts, out, *classes = ARGV
tree = File.expand_path(tree)
facts = JSON.parse(File.read(facts))

# Folders of modules, below the tree.
def module_folders(tree, options)
  configured = options[:modulepath] || own_modulepath(tree)
  folders = configured ? configured.split(':').reject { |it| it.start_with?('$', '/') } : MODULE_FOLDERS
  folders.select { |folder| Dir.exist?("#{tree}/#{folder}") }
end

def own_modulepath(tree)
  path = "#{tree}/environment.conf"
  File.exist?(path) ? File.read(path)[/^\s*modulepath\s*=\s*(.+?)\s*$/, 1] : nil
end

# The classes that Puppet would find in these folders, in order of their names.
def classes_of(tree, folders)
  found = folders.flat_map do |folder|
    Dir["#{tree}/#{folder}/*/manifests/**/*.pp"].filter_map do |path|
      module_name, rest = path.delete_prefix("#{tree}/#{folder}/").split('/manifests/', 2)
      name = [module_name, *rest.delete_suffix('.pp').split('/')]
      name.pop if rest == 'init.pp'
      name = name.join('::')
      name if File.binread(path).match?(/^\s*class\s+(?:::)?#{Regexp.escape(name)}\b(?!::)/)
    end
  end
  found.uniq.sort
end

# The tree's own where Puppet 7 takes it for an environment, and what comes
# nearest where it is of version 3 or there is none.
def hiera_of(tree)
  own = %w[hiera.yaml hieradata/hiera.yaml].map { |it| "#{tree}/#{it}" }.find { |it| File.exist?(it) }
  config = own ? YAML.safe_load(File.read(own), permitted_classes: [Symbol]) : {}
  return File.read(own) if config.is_a?(Hash) && config['version'] == 5

  levels = config.is_a?(Hash) ? config[:hierarchy] : nil
  paths = [*(levels || %w[nodes/%{::fqdn} common])].map { |it| "#{it}.yaml" }
  datadir = DATA_FOLDERS.find { |it| Dir.exist?("#{tree}/#{it}") } || 'data'
  { 'version' => 5, 'hierarchy' => [{ 'name' => 'all', 'datadir' => datadir, 'data_hash' => 'yaml_data', 'paths' => paths }] }.to_yaml
rescue Psych::Exception
  "version: 5\n"
end

# What stands over the tree, without the class.
def overlay(tree, folders, options)
  { 'hiera.yaml' => options[:hiera] || hiera_of(tree), 'environment.conf' => "modulepath = #{folders.join(':')}\n" }
end

# An environment that is the tree but for the overlay.
def lay_out(folder, tree, files, with)
  FileUtils.mkdir_p(folder)
  (Dir.children(tree) - OVERLAID).each { |name| File.symlink("#{tree}/#{name}", "#{folder}/#{name}") }
  files.each { |path, text| File.write("#{folder}/#{path}", text) }
  File.write("#{folder}/environment.conf", "#{files['environment.conf'].chomp}:#{with}\n") if with
end

# An error without the names in it, to be counted.
def cause(error)
  return 'no files' unless error

  error.sub(/\AEvaluation Error: /, '').sub(/\AError while evaluating an? [\w ]+, /, '').gsub(/'[^']*'|[\w:]*::[\w:]+|\(.*/, '…')[0, 60]
end

folders = module_folders(tree, options)
files = overlay(tree, folders, options)
classes = classes_of(tree, folders) if classes.empty?
node = facts['clientcert'] || facts['fqdn']
kept = asked = 0
refusals = Hash.new(0)
Dir.mktmpdir do |root|
  compiler = CatalogCompiler.new(root)
  folder = "#{root}/tree/environments/production"
  lay_out(folder, tree, files, options[:with])
  File.open(out, 'w') do |lines|
    classes.each do |name|
      break if options[:all] && kept >= options[:all]

      asked += 1
      code = "#{options[:top]}include #{name}\n"
      answer = compiler.compile(folder, node, facts, code: code, timed: options[:timed])
      if answer['error'] || answer['files_managed'].empty?
        refusals[cause(answer['error'])] += 1
        warn "#{name}: #{answer['error'] || 'no files'}" if ENV['CATALOG_VERBOSE']
        next
      end
      kept += 1
      over = files.merge('manifests/site.pp' => code)
      lines.puts JSON.generate({ 'name' => "#{File.basename(tree)} #{name}", 'kinds' => [File.basename(tree)], 'tree' => tree,
                                 'files' => over, 'node' => node, 'facts' => facts }.merge(answer))
      lines.flush
    end
  end
end
warn "#{File.basename(tree)}: #{kept} of #{asked} classes"
refusals.sort_by { |_, count| -count }.first(12).each { |cause, count| warn format('%6d %s', count, cause) }
