# Defined types, and what is declared by them.
class CatalogCase
  # The outage's own shape.
  shape :ca_define do
    path = pick(['/usr/local/share/ca-certificates', '/etc/ssl/certs'])
    defined = define(<<~PP, 'sslcert::ca', head: '($ensure = \'present\', $content = undef, $source = undef)')
      require sslcert
      if $source == undef and $content == undef {
        fail('you must provide either "source" or "content"')
      }
      if $ensure == 'present' {
        file { "#{path}/${title}.crt":
          ensure  => $ensure,
          content => $content,
          source  => $source,
          notify  => Exec['update-ca-certificates'],
        }
      } else {
        file { "#{path}/${title}.crt": ensure => absent }
      }
    PP
    klass("exec { 'update-ca-certificates': command => '/usr/sbin/update-ca-certificates', refreshonly => true }", 'sslcert')
    use klass(<<~PP)
      $puppet_ssl_dir = $::realm ? { 'labs' => '/var/lib/puppet/client/ssl', default => '/var/lib/puppet/ssl' }
      #{defined} { '#{fresh}': source => "${puppet_ssl_dir}/certs/ca.pem" }
      #{defined} { '#{fresh}': content => 'x' }
      #{defined} { '#{fresh}': ensure => absent, content => 'x' }
    PP
  end

  shape :define_in_define do
    inner = define("file { \"/etc/ssl/certs/${name}.pem\": source => \"${from}/${title}.pem\" }", head: '($from)')
    outer = define("#{inner} { [\"${title}-a\", \"${title}-b\"]: from => $from }\nfile { \"/etc/ssl/${title}\": ensure => directory }", head: "($from = '/srv/ca')")
    outermost = define("#{outer} { $names: from => \"/srv/${title}\" }", head: '($names = [])')
    use klass("#{outermost} { '#{fresh}': names => ['#{fresh}', '#{fresh}'] }\n#{outer} { '#{fresh}': }")
  end

  shape :typed_parameters do
    defined = define(<<~PP, head: "(\n  String[1] $source,\n  Enum['present', 'absent'] $ensure = 'present',\n  Optional[String] $x = undef,\n)")
      file { "/etc/ssl/certs/${title}.pem": ensure => $ensure, source => $source, content => $x }
    PP
    use klass("#{defined} { '#{fresh}': source => '#{served}' }\n#{defined} { '#{fresh}': source => '#{host_source}', ensure => 'absent' }")
  end

  shape :parameters_of_parameters do
    defined = define("file { $path: ensure => file, source => $source }", head: "($ca = $title, $dir = \"/etc/ssl/${ca}\", $path = \"${dir}/ca.pem\", $source = \"puppet:///modules/${module_name}/${ca}.pem\")")
    use klass("#{defined} { '#{fresh}': }\n#{defined} { '#{fresh}': dir => '/srv' }\n#{defined} { '#{fresh}': path => '#{ca_path}', ca => 'other' }")
  end

  shape :title_and_name do
    defined = define("file { $title: path => \"/etc/ssl/certs/${name}.pem\", content => \"${title} ${name} ${module_name} ${caller_module_name}\" }")
    use klass("#{defined} { '#{fresh}': }\n#{defined} { ['#{fresh}', '#{fresh}']: }")
  end

  shape :define_with_splat do
    defined = define("file { \"/etc/ssl/certs/${title}.pem\": * => $options }", head: '(Hash $options = {})')
    use klass("#{defined} { '#{fresh}': options => { 'source' => '#{served}', 'ensure' => 'file' } }\n#{defined} { '#{fresh}': }\n#{defined} { '#{fresh}': * => { options => { content => 'x' } } }")
  end

  shape :define_that_includes do
    name = klass("file { '#{ca_path}': source => '#{served}' }")
    defined = define("include #{name}\nfile { \"/etc/ssl/certs/${title}.pem\": content => 'x', require => Class['#{name}'] }")
    use klass("#{defined} { ['#{fresh}', '#{fresh}']: }")
  end

  shape :define_sees_scopes do
    top('$level = \'top\'')
    defined = define("file { \"/etc/ssl/certs/${title}.pem\": content => \"${level} ${::level} ${local}\" }", head: '($local = $::hostname)')
    use klass("$level = 'class'\n#{defined} { '#{fresh}': }\n#{defined} { '#{fresh}': local => $level }")
  end

  shape :define_by_create_resources_from_data do
    defined = define("file { \"/etc/ssl/certs/${title}.pem\": ensure => $ensure, source => $source }", head: "($source, $ensure = 'file')")
    key = "#{module_name}::#{fresh('all')}"
    data(key, { fresh => { 'source' => served }, fresh => { 'source' => host_source, 'ensure' => 'absent' } })
    data(key, { fresh => { 'source' => served } }, 'node') if chance(2)
    data('lookup_options', { key => { 'merge' => 'hash' } }) if chance(2)
    use klass("create_resources(#{defined}, lookup('#{key}'))")
  end

  shape :define_iterated do
    defined = define("file { $title: source => $source }", head: '($source)')
    use klass(<<~PP)
      ['#{fresh}', '#{fresh}'].each |$ca| {
        #{defined} { "/etc/ssl/certs/${ca}.pem": source => "puppet:///modules/sslcert/${ca}.pem" }
      }
      $hash = { '#{ca_path}' => '#{served}', '#{ca_path}' => '#{served}' }
      $hash.each |$path, $source| { #{defined} { $path: source => $source } }
    PP
  end

  shape :ensure_present_or_absent do
    defined = define("$ensure_of = $present ? { true => 'file', default => 'absent' }\nfile { \"/etc/ssl/certs/${title}.pem\": ensure => $ensure_of, source => '#{served}' }", head: '(Boolean $present = true)')
    use klass("#{defined} { '#{fresh}': }\n#{defined} { '#{fresh}': present => false }")
  end

  shape :define_at_top do
    defined = define("file { \"/etc/ssl/certs/${title}.pem\": content => $module_name }", pick(MODULES))
    top("#{defined} { '#{fresh}': }\nfile { '#{ca_path}': content => 'top' }")
  end

  shape :define_refers_to_itself do
    defined = "#{module_name}::#{fresh('countdown')}"
    define(<<~PP, defined, head: '(Integer $left)')
      file { "/etc/ssl/certs/${title}.pem": content => "${left}" }
      if $left > 0 { #{defined} { "${title}-${left}": left => $left - 1 } }
    PP
    use klass("#{defined} { '#{fresh}': left => #{1 + @random.rand(3)} }")
  end
end
