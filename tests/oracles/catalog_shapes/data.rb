# Hiera, and `lookup` in all its forms.
class CatalogCase
  shape :lookup_forms do
    key = "#{module_name}::#{fresh}"
    data(key, served)
    data(key, served, pick(%w[os site node])) if chance(2)
    use klass(<<~PP)
      file { '#{ca_path}': source => lookup('#{key}') }
      file { '#{ca_path}': source => lookup('#{key}', String) }
      file { '#{ca_path}': source => lookup('#{key}', { 'value_type' => String, 'default_value' => 'none' }) }
      file { '#{ca_path}': source => lookup('no::#{key}', String, 'first', '#{host_source}') }
      file { '#{ca_path}': source => lookup({ 'name' => 'no::such', 'default_value' => '#{host_source}' }) }
      file { '#{ca_path}': source => lookup(['no::such', '#{key}']) }
      file { '#{ca_path}': source => lookup('no::such') |$key| { "/srv/${key}.pem" } }
      file { '#{ca_path}': source => lookup('no::such', { 'default_values_hash' => { 'no::such' => '/srv/x.pem' } }) }
      file { '#{ca_path}': source => lookup('#{key}', { 'default_values_hash' => { '#{key}' => '/srv/x.pem' } }) }
      file { '#{ca_path}': source => lookup('#{key}', { 'override' => { '#{key}' => '/srv/over.pem' } }) }
    PP
  end

  shape :lookup_merges do
    hash, list = "#{module_name}::#{fresh('hash')}", "#{module_name}::#{fresh('list')}"
    data(hash, { 'x' => { 'source' => served, 'ensure' => 'file' }, fresh => { 'source' => served } })
    data(hash, { 'x' => { 'source' => host_source }, fresh => { 'source' => served } }, 'node')
    data(list, [fresh, fresh])
    data(list, [fresh, [fresh]], 'os')
    use klass(<<~PP)
      $files = lookup('#{hash}', Hash, '#{pick(%w[hash deep first])}')
      $files.each |$name, $attributes| { file { "/etc/ssl/certs/m-${name}.pem": * => $attributes } }
      lookup('#{list}', { 'merge' => #{pick(["'unique'", "{ 'strategy' => 'unique' }", "'first'"])} }).flatten.each |$name| {
        file { "/etc/ssl/certs/l-${name}.pem": content => $name }
      }
    PP
  end

  shape :deep_with_knockout do
    key = "#{module_name}::#{fresh('deep')}"
    gone, stays = fresh, fresh
    data(key, { gone => { 'content' => 'gone' }, stays => { 'content' => 'stays', 'ensure' => 'file' } })
    data(key, { "~~#{gone}" => {}, stays => { 'content' => 'changed' } }, 'node')
    data('lookup_options', { key => { 'merge' => { 'strategy' => 'deep', 'knockout_prefix' => '~~' } } })
    use klass("lookup('#{key}').each |$name, $attributes| { file { \"/etc/ssl/certs/${name}.pem\": * => $attributes } }")
  end

  shape :classes_from_data do
    names = Array.new(3) { klass("file { '#{ca_path}': content => $title }") }
    data('classes', names.take(2))
    data('classes', [names[2]], pick(%w[node os site]))
    body(pick(["include lookup('classes', Array[String], 'unique')", "lookup('classes', { merge => unique }).include", "hiera_include('classes')",
               "lookup('classes').each |$c| { include $c }", "include(lookup('classes'))"]))
  end

  shape :hiera_functions do
    key = fresh
    data(key, served)
    data(key, served, 'os') if chance(2)
    data("#{key}_list", ["/etc/ssl/certs/#{fresh}.pem"])
    data("#{key}_list", ["/etc/ssl/certs/#{fresh}.pem"], 'node')
    data("#{key}_hash", { "/etc/ssl/certs/#{fresh}.pem" => { 'content' => 'a' } })
    data("#{key}_hash", { "/etc/ssl/certs/#{fresh}.pem" => { 'content' => 'b' } }, 'site')
    use klass(<<~PP)
      file { '#{ca_path}': source => hiera('#{key}') }
      file { '#{ca_path}': source => hiera('no_#{key}', '#{host_source}') }
      file { hiera_array('#{key}_list'): content => 'listed' }
      create_resources(file, hiera_hash('#{key}_hash'))
    PP
  end

  shape :interpolated_data do
    key = "#{module_name}::#{fresh}"
    data('ca_folder', '/etc/%{facts.site}/ssl')
    data(key, "%{lookup('ca_folder')}/%{::hostname}-#{fresh}.pem")
    data("#{key}_list", ["%{hiera('ca_folder')}/a-#{@count}.pem", "%{facts.os.family}/b-#{@count}", "%{literal('%')}{x}-#{@count}"])
    data("#{key}_alias", "%{alias('#{key}_list')}")
    use klass("file { lookup('#{key}'): content => 'x' }\nlookup('#{key}_alias').each |$p| { file { \"/srv/${p}\": content => \"${p}\" } }")
  end

  shape :module_data do
    folder = fresh('own')
    name = klass("file { $path: source => $source }", folder, head: '($path, $source)')
    file("modules/#{folder}/hiera.yaml", { 'version' => 5, 'hierarchy' => [{ 'name' => 'os', 'path' => 'os/%{facts.os.family}.yaml' }, { 'name' => 'all', 'path' => 'common.yaml' }] }.to_yaml)
    file("modules/#{folder}/data/common.yaml", { "#{folder}::path" => ca_path, "#{folder}::source" => served }.to_yaml)
    file("modules/#{folder}/data/os/RedHat.yaml", { "#{folder}::path" => '/etc/pki/ca.pem' }.to_yaml)
    data("#{folder}::source", host_source, pick(%w[common node])) if chance(2)
    use name
  end

  shape :top_variables_in_the_hierarchy do
    top("$tier = $facts['realm'] ? { 'labs' => 'low', default => 'high' }")
    name = klass("file { $path: source => $source }", head: "($path, $source = '#{host_source}')")
    file('hiera.yaml', { 'version' => 5, 'hierarchy' => [{ 'name' => 'tier', 'paths' => ['tier/%{::tier}.yaml', 'nodes/%{trusted.certname}.yaml'] }, { 'name' => 'os', 'path' => 'os/%{os.family}.yaml' }, { 'name' => 'site', 'path' => 'site/%{site}.yaml' }, { 'name' => 'all', 'path' => 'common.yaml' }] }.to_yaml)
    data("#{name}::path", ca_path)
    data("#{name}::path", ca_path, 'tier/low.yaml')
    data("#{name}::source", '/srv/%{tier}/%{::realm}.pem', pick(['tier/high.yaml', 'common']))
    use name
  end

  shape :variables_in_data do
    top("$ca_dir = '/etc/#{fresh}'")
    name = klass("file { $path: content => 'x' }", head: '($path)')
    data("#{name}::path", "%{::ca_dir}/%{facts.networking.hostname}/#{fresh}.pem")
    use name
  end

  shape :data_of_files do
    name = klass(<<~PP, head: '(Hash $files = {}, Hash $defaults = {})')
      $files.each |String $path, Hash $attributes| {
        file { $path: * => $defaults + $attributes }
      }
    PP
    data("#{name}::files", { ca_path => { 'source' => served }, ca_path => { 'ensure' => 'absent' }, ca_path => {} })
    data("#{name}::defaults", { 'source' => host_source, 'backup' => false }, pick(LAYERS.keys))
    use name
  end

  shape :pem_in_data do
    name = klass("file { '#{ca_path}': content => $pem }\nfile { '#{ca_path}': content => $pems.join(\"\\n\") }\nfile { '#{ca_path}': content => $by_name['b'] }", head: '(String $pem, Array $pems, Hash $by_name)')
    data("#{name}::pem", pem(fresh))
    data("#{name}::pem", pem(fresh), 'os') if chance(2)
    data("#{name}::pems", [pem('one'), pem('two')])
    data("#{name}::by_name", { 'a' => pem('a'), 'b' => pem('b') })
    use name
  end

  shape :dig_in_data do
    key = fresh('tree')
    data(key, { 'ca' => { 'paths' => [ca_path, ca_path], 'x.y' => ca_path }, 'none' => nil })
    use klass(<<~PP)
      file { lookup('#{key}.ca.paths.0'): content => 'dotted' }
      file { lookup('#{key}')['ca']['paths'][1]: content => 'by index' }
      file { dig(lookup('#{key}'), 'ca', 'x.y'): content => 'dug' }
      file { "#{ca_path}": content => "<${lookup('#{key}').dig('none', 'deeper')}>" }
      file { "#{ca_path}": content => lookup('#{key}').get('ca.nothing', 'a default') }
    PP
  end

  shape :lookup_in_defaults do
    key = "#{module_name}::#{fresh}"
    data(key, served)
    data(key, served, 'site') if chance(2)
    use klass("file { $path: source => $source }", head: "($source = lookup('#{key}'), $path = lookup('no::path', { 'default_value' => '#{ca_path}' }))")
  end

  shape :no_such_data do
    name = klass("file { '#{ca_path}': source => $source }", head: '($source)')
    data("#{name}::source", served, pick(['nodes/someone.example.org.yaml', 'common', 'node', 'common']))
    use name
  end

  shape :data_by_glob do
    name = klass("file { '#{ca_path}': source => $source }\nfile { '#{ca_path}': content => $content }", head: '($source, $content)')
    file('hiera.yaml', { 'version' => 5, 'hierarchy' => [{ 'name' => 'all', 'glob' => '*.yaml' }, { 'name' => 'mapped', 'mapped_paths' => ['facts.os', 'part', 'os/%{part}.yaml'] }] }.to_yaml)
    data("#{name}::source", served, 'b.yaml')
    data("#{name}::source", served, 'c.yaml')
    data("#{name}::content", 'a', 'a.yaml')
    use name
  end
end
