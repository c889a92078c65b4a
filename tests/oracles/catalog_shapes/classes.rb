# Classes: their parameters, what they include and inherit.
class CatalogCase
  shape :parameters do
    name = klass("file { $path: ensure => $ensure, source => $source }", head: "(\n  $path = '#{ca_path}',\n  $source = '#{served}',\n  $ensure = file,\n)")
    data("#{name}::source", served, pick(LAYERS.keys)) if chance(2)
    data("#{name}::ensure", 'absent', pick(LAYERS.keys)) if chance(4)
    body(pick(["include #{name}", "class { '#{name}': path => '#{ca_path}' }", "class { '#{name}': source => '#{host_source}' }", "class { '::#{name}': ensure => undef }"]))
  end

  shape :parameters_from_data do
    name = klass("file { $path: source => $source, content => $content }", head: '($path, $source = undef, $content = undef)')
    data("#{name}::path", ca_path)
    data("#{name}::path", "/etc/ssl/%{facts.hostname}/%{::site}-#{fresh}.pem", 'node') if chance(2)
    data("#{name}::source", pick([served, [served, host_source]]), pick(%w[site os common])) if chance(2)
    data("#{name}::source", served, 'os') if chance(2)
    use name
  end

  shape :merged_parameters do
    name = klass("$cas.each |$name, $source| { file { \"/etc/ssl/certs/${name}.pem\": source => $source } }\n$list.each |$i, $it| { file { \"/etc/ssl/certs/list-#{fresh}-${it}.pem\": content => \"${i}\" } }", head: '($cas = {}, $list = [])')
    data("#{name}::cas", { fresh => served })
    data("#{name}::cas", { fresh => served, fresh => host_source }, 'os')
    data("#{name}::list", %w[a b])
    data("#{name}::list", %w[b c], 'node')
    data('lookup_options', { "#{name}::cas" => { 'merge' => pick(%w[hash deep first]) }, "^#{name}::l" => { 'merge' => 'unique' } }) if chance(2)
    use name
  end

  shape :defaults_by_other_parameters do
    name = klass("file { $path: source => $source }", head: "(\n  String $dir = '/etc/ssl',\n  String $name_of = \"ca-${facts['hostname']}\",\n  String $path = \"${dir}/${name_of}-#{fresh}.pem\",\n  Variant[String, Array] $source = [\"puppet:///modules/${module_name}/${name_of}.pem\", '#{served}'],\n)")
    data("#{name}::dir", '/etc/pki') if chance(2)
    use name
  end

  shape :params_class do
    params = klass(<<~PP, "#{module_name}::params#{fresh('')}")
      case $facts['os']['family'] {
        'Debian': { $dir = '/usr/local/share/ca-certificates' $ext = 'crt' }
        'RedHat': { $dir = '/etc/pki/ca-trust/source/anchors' $ext = 'pem' }
        default: { fail("no ${facts['os']['family']}") }
      }
    PP
    use klass("file { \"${dir}/#{fresh}.${ext}\": source => $source }", head: "($dir = $#{params}::dir, $ext = $::#{params}::ext, $source = '#{served}') inherits #{pick(['', '::'])}#{params}")
  end

  shape :inherited_variables do
    parent = klass("$dir = '/etc/ssl/#{fresh}'\n$both = 'parent'\nfile { $dir: ensure => directory }")
    use klass("$both = 'child'\nfile { \"${dir}/#{fresh}.pem\": content => \"${both} ${#{parent}::both}\" }", head: " inherits #{parent}")
  end

  shape :qualified_variables do
    settings = klass("$ca = '#{ca_path}'\n$empty = undef", head: "($source = '#{served}')")
    use klass("include #{settings}\nfile { $#{settings}::ca: source => $::#{settings}::source }\nfile { \"${#{settings}::ca}.old\": content => \"<${#{settings}::empty}>\" }")
  end

  shape :ways_to_include do
    names = Array.new(7) { klass("file { '#{ca_path}': content => $title }") }
    use klass(<<~PP)
      include #{names[0]}, #{names[1]}
      include ['#{names[2]}', '::#{names[3]}']
      contain '#{names[4]}'
      include Class['#{names[5]}']
      require #{names[6]}
      include #{names[0]}
    PP
  end

  shape :included_twice do
    name = klass("file { '#{ca_path}': source => $source }", head: "($source = '#{served}')")
    first = klass("include #{name}\nfile { '#{ca_path}': content => 'first' }")
    use klass("class { '#{name}': source => '#{host_source}' }\ninclude #{first}\ninclude #{name}")
  end

  shape :role_and_profile do
    profile = klass("include #{klass("file { '#{ca_path}': source => $ca }", "#{fresh('lib')}::ca", head: "($ca = '#{served}')").tap { |it| data("#{it}::ca", served) if chance(2) }}\nfile { '#{ca_path}': content => 'profile' }", "profile::#{fresh}")
    role = klass("include #{profile}", "role::#{fresh}")
    other_node("node 'other.example.org' {\n  include #{klass("file { '#{ca_path}': content => 'other' }", "role::#{fresh}")}\n}")
    body("include #{role}")
  end

  shape :stages do
    name = klass("file { '#{ca_path}': content => 'early' }")
    top("stage { 'early#{@count}': before => Stage['main'] }")
    body("class { '#{name}': stage => 'early#{@count}' }")
  end

  shape :conditional_includes do
    names = Array.new(4) { klass("file { '#{ca_path}': content => $name }") }
    use klass(<<~PP)
      if $facts['is_virtual'] { include #{names[0]} } else { include #{names[1]} }
      if $::site == 'codfw' or $facts['processorcount'] > 2 { contain #{names[2]} }
      unless $facts['nothing'] { include #{names[3]} }
    PP
  end

  shape :class_by_variable do
    names = { 'Debian' => fresh, 'RedHat' => fresh }
    folder = module_name
    names.each_value { |name| klass("file { '#{ca_path}': content => 'x' }", "#{folder}::#{name}") }
    use klass("$name_of = $facts['os']['family'] ? { 'Debian' => '#{names['Debian']}', default => '#{names['RedHat']}' }\ninclude \"#{folder}::${name_of}\"")
  end

  shape :undef_parameters do
    name = klass("if $source { file { '#{ca_path}': source => $source } }\nif $content =~ Undef { file { '#{ca_path}': content => 'none' } }\nfile { '#{ca_path}': content => $content, source => $source, ensure => $ensure }", head: '($source = undef, $content = undef, Optional[String] $ensure = undef)')
    data("#{name}::ensure", nil) if chance(3)
    data("#{name}::source", served, 'os') if chance(3)
    use name
  end

  shape :sensitive do
    name = klass("file { '#{ca_path}': content => $secret }\nfile { '#{ca_path}': content => Sensitive(\"of ${facts['hostname']}\") }\nfile { '#{ca_path}': content => \"in text ${secret}\" }\nfile { '#{ca_path}': content => $secret.unwrap }", head: "(Sensitive[String] $secret = Sensitive('quiet'))")
    if chance(2)
      data("#{name}::secret", 'from data')
      data('lookup_options', { "#{name}::secret" => { 'convert_to' => 'Sensitive' } })
    end
    use name
  end

  shape :types_of_ones_own do
    folder = module_name
    file("modules/#{folder}/types/source.pp", "type #{folder.capitalize}::Source = Variant[Pattern[/\\Apuppet:/], Enum['none']]\n")
    use klass("if $source =~ #{folder.capitalize}::Source { file { '#{ca_path}': content => 'matches' } } else { file { '#{ca_path}': content => 'does not' } }\nfile { '#{ca_path}': source => $source }", head: "(Variant[#{folder.capitalize}::Source, String] $source = '#{pick(%w[/none /etc/x puppet:///modules/a/b])}')")
  end

  shape :class_in_a_class_file do
    folder = fresh('nested')
    klass("class inner {\n  file { '#{ca_path}': content => $title }\n}\ninclude #{folder}::inner\ninclude inner", folder).then { |name| use name }
    klass("file { '#{ca_path}': content => 'top inner' }", 'inner')
  end

  shape :facts_in_parameters do
    use klass("file { \"/etc/ssl/certs/${host}-#{fresh}.pem\": source => \"puppet:///modules/sslcert/${realm_of}/${host}.pem\" }", head: "($host = $facts['networking']['hostname'], $realm_of = $::realm)")
  end

  shape :variables_of_a_later_class do
    later = klass("$path = '#{ca_path}'")
    use klass("include #{later}\n$path = $#{later}::path\nfile { $path: content => 'x' }\nfile { \"${path}.${::#{later}::path.length}\": content => 'x' }")
  end
end
