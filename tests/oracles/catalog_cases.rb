# catalog_cases.rb SEED COUNT: made-up environments and what real Puppet manages
# with them, one JSON object a line: `name`, `kinds` (the shapes it is made of),
# `files`, `node`, `facts`, `files_managed` (see catalog_compiler.rb) and, where
# Puppet refuses, `error`. The same seed makes the same cases.
#
# Every shape comes by itself first, then several at once: those in
# catalog_shapes/, or with CATALOG_OF=stdlib those in catalog_shapes_of_stdlib/,
# which need Debian's puppet-module-puppetlabs-stdlib.
require 'json'
require 'tmpdir'
require 'yaml'
require_relative 'catalog_case'
require_relative 'catalog_compiler'
Dir[File.join(__dir__, ['catalog_shapes', ENV['CATALOG_OF']].compact.join('_of_'), '*.rb')].sort.each { |path| require path }

# Of the cases that Puppet refuses only some are kept: they tell little.
REFUSED = 0.05

# Where Debian puts modules.
MODULES = ENV['CATALOG_OF'] ? ['/usr/share/puppet/modules'] : []

def kinds_of(seed, index)
  names = CatalogCase::SHAPES.keys
  names &= ENV['CATALOG_SHAPES'].split(',') if ENV['CATALOG_SHAPES']
  return [names[index]] if index < names.size

  Random.new(seed * 7_919 + index).then { |random| names.shuffle(random: random).take(2 + random.rand(3)) }
end

def made(seed, index)
  made = CatalogCase.new(seed, index)
  kinds_of(seed, index).each { |kind| made.add(kind) }
  made.to_h(index)
end

def lay_out(folder, files)
  FileUtils.mkdir_p("#{folder}/modules")
  files.each do |path, text|
    FileUtils.mkdir_p(File.dirname("#{folder}/#{path}"))
    File.write("#{folder}/#{path}", text)
  end
end

seed, count = ARGV.map(&:to_i)
index = kept = refused = 0
Dir.mktmpdir do |root|
  compiler = CatalogCompiler.new(root, modules: MODULES)
  while kept < count
    abort "#{refused} of #{index} cases are refused" if index > 4 * count + 20
    made = made(seed, index)
    folder = "#{root}/e#{index}/environments/production"
    lay_out(folder, made['files'])
    made.merge!(compiler.compile(folder, made['node'], made['facts']))
    FileUtils.rm_rf("#{root}/e#{index}")
    warn "#{made['name']}: #{made['error']}" if made['error'] && ENV['CATALOG_VERBOSE']
    index += 1
    next if made['error'] && (refused += 1) > REFUSED * count

    kept += 1
    puts JSON.generate(made)
  end
end
warn "#{kept} cases of #{index}, #{refused} refused"
