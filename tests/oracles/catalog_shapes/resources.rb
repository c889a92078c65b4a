# How a File resource is written down.
class CatalogCase
  shape :plain do
    use klass("file { '#{ca_path}':\n  ensure => #{pick(%w[present file])},\n  source => '#{served}',\n  backup => #{pick(['false', "'.bak'", "'main'"])},\n}")
  end

  shape :ensure_words do
    paths = Array.new(5) { ca_path }
    use klass(<<~PP)
      file { '#{paths[0]}': ensure => absent }
      file { '#{paths[1]}': ensure => link, target => '#{host_source}' }
      file { '#{paths[2]}': ensure => '#{host_source}' }
      file { '#{paths[3]}': ensure => present, mode => '0444', }
      file { '#{paths[4]}': ensure => directory, recurse => true, purge => #{pick(%w[true false])}, source => 'puppet:///modules/base/dir' }
    PP
  end

  shape :arrays_of_titles do
    names = Array.new(3) { fresh }
    use klass(<<~PP)
      file { ['#{ca_path}', '#{ca_path}']: source => '#{served}' }
      $more = #{names.map { |name| "/etc/ssl/certs/#{name}.pem" }.inspect.tr('"', "'")}
      file { $more:
        content => "${title}\\n",
      }
    PP
  end

  shape :several_bodies do
    use klass(<<~PP)
      file {
        '#{ca_path}': source => '#{served}';
        '#{ca_path}':
          content => 'inline',
          mode    => '0644';
        ['#{ca_path}', '#{ca_path}']: ensure => absent
      }
    PP
  end

  shape :default_body do
    use klass(<<~PP)
      file {
        default:
          ensure => file,
          source => '#{served}';
        '#{ca_path}':;
        '#{ca_path}': source => '#{served}';
        '#{ca_path}': source => undef, content => 'x';
      }
    PP
  end

  shape :splat do
    use klass(<<~PP)
      $attributes = { ensure => file, source => '#{served}' }
      file { '#{ca_path}': * => $attributes }
      file { '#{ca_path}':
        mode => '0444',
        *    => $attributes + { source => '#{host_source}' },
      }
      file {
        default: * => $attributes;
        '#{ca_path}': mode => '0400'
      }
    PP
  end

  shape :other_titles do
    use klass(<<~PP)
      file { '#{fresh} of the cluster': path => '#{ca_path}', source => '#{served}' }
      file { '#{fresh}': name => '#{ca_path}', content => 'by name' }
      file { '#{ca_path}/': ensure => absent }
      file { "#{fresh}-${facts['hostname']}":
        path   => "/etc/ssl/certs/${::hostname}-#{fresh}.pem",
        source => '#{host_source}'
      }
    PP
  end

  shape :source_arrays do
    use klass(<<~PP)
      file { '#{ca_path}':
        source => [
          "puppet:///modules/sslcert/${facts['hostname']}.pem",
          "puppet:///modules/sslcert/${::osfamily}.pem",
          '#{served}',
        ],
      }
      file { '#{ca_path}': source => ['#{host_source}'] }
    PP
  end

  shape :defaults_in_class do
    path = ca_path
    use klass(<<~PP)
      File { backup => false, source => '#{served}' }
      file { '#{path}': }
      file { '#{ca_path}': source => '#{served}' }
      file { '#{ca_path}': content => 'x', source => undef }
    PP
  end

  shape :defaults_at_top do
    top("File { backup => #{pick(%w[false '.old'])}, ensure => file }")
    use klass("file { '#{ca_path}': source => '#{served}' }\nfile { '#{ca_path}': ensure => absent }")
  end

  # Defaults hold in what is declared from where they stand.
  shape :defaults_by_dynamic_scope do
    inner = klass("file { '#{ca_path}': }\nfile { '#{ca_path}': backup => '.inner' }")
    defined = define("file { $title: content => 'of a define' }")
    use klass("File { backup => '.outer', mode => '0400' }\n#{defined} { '#{ca_path}': }\ninclude #{inner}")
  end

  shape :defaults_of_a_define do
    defined = define("file { \"/etc/ssl/certs/${name}.pem\": ensure => $ensure, source => $source }", head: "($ensure = file, $source = '#{served}')")
    reference = defined.split('::').map(&:capitalize).join('::')
    use klass("#{reference} { source => '#{served}', ensure => #{pick(%w[file present absent])} }\n#{defined} { ['#{fresh}', '#{fresh}']: }\n#{defined} { '#{fresh}': source => '#{host_source}' }")
  end

  shape :defaults_twice do
    inner = klass("File { mode => '0400' }\nfile { '#{ca_path}': }")
    use klass("File { backup => '.a', source => '#{host_source}' }\ninclude #{inner}\nif true {\n  file { '#{ca_path}': }\n}")
  end

  shape :inherited_override do
    path = ca_path
    parent = klass("file { '#{path}': ensure => file, source => '#{served}' }\nfile { '#{ca_path}': content => 'parent' }")
    use klass("File['#{path}'] { source => '#{served}', mode +> '0400' }", head: " inherits #{parent}")
  end

  shape :inherited_undef do
    path = ca_path
    parent = klass("file { '#{path}': source => '#{served}', require => File['/etc'] }\nfile { '/etc': ensure => directory }") unless @etc
    return unless parent

    @etc = true
    use klass("File['#{path}'] { source => undef, content => 'child', require +> Class['#{parent}'] }", head: " inherits #{parent}")
  end

  shape :override_in_the_same_class do
    path = ca_path
    use klass("file { '#{path}': content => 'first' }\nFile['#{path}'] { backup => '.same' }")
  end

  shape :override_by_reference do
    path = ca_path
    use klass("$file = file { '#{path}': content => 'x' }\nFile['#{path}'] { mode => '0444' }\nfile { '#{ca_path}': content => \"${file}\" }")
  end

  shape :arrows do
    use klass(<<~PP)
      file { '#{ca_path}': source => '#{served}' } -> file { '#{ca_path}': content => 'after' }
      ~> exec { '/usr/sbin/update-ca-certificates': refreshonly => true }
      file { '#{a = ca_path}': content => 'a' }
      File['#{a}'] -> Exec['/usr/sbin/update-ca-certificates']
    PP
  end

  shape :require_of_a_file do
    directory = "/etc/#{fresh}"
    use klass(<<~PP)
      file { '#{directory}': ensure => directory }
      file { "#{directory}/ca.pem":
        source  => '#{served}',
        require => File['#{directory}'],
        notify  => #{pick(["Exec['reload']", "[Exec['reload']]"])},
      }
      exec { 'reload': command => '/bin/true', refreshonly => true }
    PP
  end

  shape :create_resources do
    use klass(<<~PP)
      $files = {
        '#{ca_path}' => { 'source' => '#{served}' },
        '#{ca_path}' => { 'content' => 'x', 'source' => undef },
        "/etc/ssl/${facts['hostname']}/#{fresh}.pem" => {},
      }
      create_resources(#{pick(["file, $files, { 'ensure' => 'file', 'source' => '#{host_source}' }", "'file', $files"])})
    PP
  end

  shape :create_resources_of_a_define do
    defined = define("file { \"/etc/ssl/certs/${title}.pem\": ensure => $ensure, source => $source, backup => $backup }", head: "($source, $ensure = file, $backup = undef)")
    data("#{fresh}::all", nil) if chance(9)
    use klass(<<~PP)
      create_resources('#{defined}', {
        '#{fresh}' => { 'source' => '#{served}', 'backup' => false },
        '#{fresh}' => { 'ensure' => 'absent' },
      }, { 'source' => '#{host_source}' })
    PP
  end

  shape :created_virtual do
    path = ca_path
    use klass("create_resources('@file', { '#{path}' => { 'source' => '#{served}' }, '#{ca_path}' => { 'content' => 'never' } })\nrealize(File['#{path}'])")
  end

  shape :resource_type_by_expression do
    use klass(<<~PP)
      $type = File
      Resource[File] { '#{ca_path}': content => 'a' }
      Resource['file'] { '#{ca_path}': content => 'b' }
    PP
  end

  shape :if_defined do
    path = ca_path
    use klass(<<~PP)
      unless defined(File['#{path}']) { file { '#{path}': content => 'first' } }
      if ! defined(File['#{path}']) { file { '#{path}': content => 'second' } }
      if defined('#{klass("file { '#{ca_path}': }")}') { file { '#{ca_path}': content => 'the class is known' } }
      if defined(Class['no::such']) { file { '#{ca_path}': content => 'never' } } else { file { '#{ca_path}': content => 'not declared' } }
      if defined('$path') { file { '#{ca_path}': content => 'is a variable' } }
    PP
  end

  shape :numbers_and_booleans do
    use klass("file { '#{ca_path}': content => #{pick(['42', '"${1 + 2}"', '"${true}"', '"${[1, 2]}"', "\"${ { 'a' => 1 } }\"", '"${3.0}"', "'é ß'"])}, force => true }")
  end

  shape :metaparameters do
    use klass("file { '#{ca_path}': ensure => file, source => '#{served}', tag => ['ca', 'x'], noop => true, loglevel => debug, audit => content, schedule => undef, alias => '#{fresh}' }")
  end
end
