# hiera_answers.rb CASES OUT: what real Puppet (7, Debian's `puppet`) says of the
# cases in CASES, one JSON object a line with `files`, `facts`, `node`, `keys`
# (see hiera_cases.rb). OUT has the same lines with `answers`: for each key
# `{"value": …}`, `{"missing": true}` or `{"error": "…"}`.
#
# All in one process: a lookup on the command line takes over two seconds. What
# is done for each key is what `puppet lookup --facts --node --render-as json`
# does (puppet/application/lookup.rb, generate_scope and run_lookup); with
# HIERA_CLI=N the first N cases are asked on the command line as well, and a
# difference ends the run.
require 'fileutils'
require 'json'
require 'open3'
require 'puppet'
require 'puppet/application/lookup'
require 'tmpdir'

# Lays the files of a case out below ROOT.
def lay_out(root, files)
  files.each do |path, text|
    path = path.start_with?('@global/') ? path.sub('@global/', 'conf/') : "environments/production/#{path}"
    full = File.join(root, path)
    FileUtils.mkdir_p(File.dirname(full))
    text = text.gsub('@GLOBAL@', File.join(root, 'conf')).gsub('@ENV@', File.join(root, 'environments/production'))
    File.write(full, text)
  end
  FileUtils.mkdir_p(["#{root}/conf", "#{root}/var", "#{root}/environments/production/modules"])
end

# Runs the block with the top scope of a compilation for the node of the case.
def with_scope(kase)
  facts = Puppet::Node::Facts.new(kase['node'], {})
  facts.add_extra_values(kase['facts'])
  Puppet::Node.indirection.terminus_class = :plain
  node = Puppet::Node.indirection.find(kase['node'], facts: facts, environment: Puppet[:environment])
  Puppet[:code] = 'undef'
  compiler = Puppet::Parser::Compiler.new(node)
  compiler.compile { |catalog| yield(compiler.topscope); catalog }
end

def answer(kase, key)
  result = { 'error' => 'no scope' }
  with_scope(kase) do |scope|
    invocation = Puppet::Pops::Lookup::Invocation.new(scope, {}, {})
    begin
      value = Puppet::Pops::Lookup.lookup([key], nil, nil, false, nil, invocation)
      rendered = Puppet::Network::FormatHandler.format(:json).render(value)
      result = { 'value' => JSON.parse("[#{rendered}]")[0] }
    rescue Puppet::DataBinding::LookupError => e
      missing = e.message.start_with?('Function lookup() did not find a value')
      result = missing ? { 'missing' => true } : { 'error' => e.message }
    end
  end
  result
rescue StandardError => e
  { 'error' => e.message }
end

def answers(root, kase)
  Puppet.initialize_settings(settings(root)) unless Puppet.settings.global_defaults_initialized?
  # Settings are read once in a process; these differ from case to case.
  Puppet[:codedir] = root
  Puppet[:environmentpath] = "#{root}/environments"
  Puppet[:hiera_config] = "#{root}/conf/hiera.yaml"
  environments = Puppet::Environments::Directories.new("#{root}/environments", [])
  overrides = Puppet.base_context(Puppet.settings).merge(environments: environments)
  Puppet.override(overrides) do
    production = environments.get('production')
    Puppet.override(current_environment: production) do
      kase['keys'].to_h { |key| [key, answer(kase, key)] }
    end
  end
end

def settings(root)
  ['--confdir', "#{root}/conf", '--vardir', "#{root}/var", '--codedir', root,
   '--environmentpath', "#{root}/environments", '--environment', 'production', '--log_level', 'err']
end

# The same question on the command line: the value, or nil.
def asked_for_real(root, kase, key)
  File.write("#{root}/facts.json", JSON.generate(kase['facts']))
  out, status = Open3.capture2('puppet', 'lookup', '--facts', "#{root}/facts.json", '--node', kase['node'],
                               *settings(root), '--render-as', 'json', '--color=false', key, err: File::NULL)
  return nil unless status.success?

  lines = out.lines.reject { |line| line.start_with?('Notice:', 'Warning:') }
  JSON.parse("[#{lines.join}]")
end

cases, out = ARGV
compared = (ENV['HIERA_CLI'] || 0).to_i
Puppet::Util::Log.level = :err
File.open(out, 'w') do |file|
  File.foreach(cases).with_index do |line, index|
    kase = JSON.parse(line)
    Dir.mktmpdir do |root|
      lay_out(root, kase['files'])
      kase['answers'] = answers(root, kase)
      if index < compared
        kase['answers'].each do |key, answer|
          real = asked_for_real(root, kase, key)
          ours = answer.key?('value') ? [answer['value']] : nil
          abort "#{kase['name']} #{key}: #{real.inspect} on the command line, here #{answer.inspect}" if real != ours
        end
      end
      # The folder is another one at every run.
      kase = JSON.parse(JSON.generate(kase).gsub(root, '/ROOT'))
    end
    file.puts JSON.generate(kase)
  end
end
