# Virtual resources, and what collectors do to others.
class CatalogCase
  shape :realize do
    one, two = ca_path, ca_path
    use klass(<<~PP)
      @file { '#{one}': source => '#{served}' }
      @file { ['#{two}', '#{ca_path}']: content => 'x' }
      realize(File['#{one}'])
      #{pick(["realize File['#{two}']", "realize([File['#{two}']])", "File <| title == '#{two}' |>"])}
    PP
  end

  shape :collect_by_tag do
    use klass(<<~PP)
      @file { '#{ca_path}': source => '#{served}', tag => 'ca' }
      @file { '#{ca_path}': source => '#{served}', tag => ['ca', 'old'] }
      @file { '#{ca_path}': content => 'z', tag => 'other' }
      #{pick(["File <| tag == 'ca' |>", "File <| tag == 'ca' and tag != 'old' |>", "File <| tag == 'old' or tag == 'other' |>", "File <| (tag == 'ca' and tag == 'old') or tag == 'other' |>"])}
    PP
  end

  shape :collect_all do
    path = ca_path
    name = klass("@file { '#{path}': content => 'all', mode => '0400' }\n@file { '#{ca_path}': content => 'some', mode => '0444' }")
    use name
    use klass(pick(["File <| |>", "File <| mode == '0400' |>", "File <| content == 'some' |>", "File <| mode != '0400' |>"]))
  end

  shape :collect_by_class_tag do
    name = klass("@file { '#{ca_path}': content => 'in a class' }\n@file { '#{ca_path}': content => 'x' }")
    use name
    use klass("File <| tag == '#{name}' |>")
  end

  shape :collector_override do
    one, two = ca_path, ca_path
    use klass(<<~PP)
      file { '#{one}': ensure => file, source => '#{served}', mode => '0444' }
      @file { '#{two}': ensure => file, content => 'x', mode => '0444' }
      File <| title == '#{one}' |> { source => '#{served}' }
      File <| title == '#{two}' or mode == '0400' |> { backup => '.collected' }
    PP
  end

  shape :override_of_all do
    path = ca_path
    use klass("file { '#{path}': content => 'x', tag => 'collected' }\nFile <| tag == 'collected' |> { backup => '.all' }")
  end

  shape :collect_defines do
    defined = define("file { \"/etc/ssl/certs/${title}.pem\": ensure => $ensure, source => $source }", head: "($source, $ensure = 'file')")
    reference = defined.split('::').map(&:capitalize).join('::')
    one = fresh
    use klass(<<~PP)
      @#{defined} { '#{one}': source => '#{served}' }
      @#{defined} { '#{fresh}': source => '#{served}' }
      #{pick(["#{reference} <| title == '#{one}' |>", "realize(#{reference}['#{one}'])", "#{reference} <| |> { ensure => present }", "#{reference} <| source != undef |>"])}
    PP
  end

  # What is in a defined type comes later than the class's own override.
  shape :override_of_what_a_define_makes do
    defined = define("file { \"/etc/ssl/certs/${title}.pem\": ensure => file, source => $source }", head: '($source)')
    one = fresh
    use klass(<<~PP)
      #{defined} { '#{one}': source => '#{served}' }
      File <| title == '/etc/ssl/certs/#{one}.pem' |> { source => '#{host_source}' }
    PP
  end

  shape :exported do
    use klass("@@file { '#{ca_path}': content => 'for others' }\nfile { '#{ca_path}': content => 'own' }")
  end

  shape :exported_and_collected do
    use klass("@@file { '#{ca_path}': content => 'for all', tag => 'shared' }\nFile <<| tag == 'shared' |>>")
  end

  shape :collector_in_an_arrow do
    use klass("@file { '#{ca_path}': content => 'x', tag => 'first' }\nFile <| tag == 'first' |> -> exec { '/bin/#{fresh}': }")
  end

  shape :realized_by_another_class do
    path = ca_path
    virtual = klass("@file { '#{path}': source => '#{served}' }\n@file { '#{ca_path}': source => '#{served}' }")
    user = klass("include #{virtual}\nrealize(File['#{path}'])")
    use klass("include #{user}\ninclude #{virtual}\nrealize File['#{path}']")
  end

  shape :virtual_from_a_define do
    defined = define("@file { \"/etc/ssl/certs/${title}.pem\": content => $title, tag => $tag_of }\nfile { \"/etc/ssl/${title}.crt\": content => 'real' }", head: "($tag_of = 'none')")
    use klass("#{defined} { '#{fresh}': tag_of => 'wanted' }\n#{defined} { '#{fresh}': }\nFile <| tag == 'wanted' |>")
  end
end
