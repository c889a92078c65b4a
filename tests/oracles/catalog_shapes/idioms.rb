# What people do in repositories that grew over years.
class CatalogCase
  # The outage's other half: where the CA is, a Ruby function says.
  shape :ruby_function do
    folder = fresh('wmflib')
    if chance(2)
      file("modules/#{folder}/lib/puppet/parser/functions/#{folder}_ssldir.rb", <<~RUBY)
        module Puppet::Parser::Functions
          newfunction(:#{folder}_ssldir, :type => :rvalue) do |_args|
            if lookupvar('::realm') == 'labs'
              '/var/lib/puppet/client/ssl'
            else
              '/var/lib/puppet/ssl'
            end
          end
        end
      RUBY
      call = "#{folder}_ssldir()"
    else
      file("modules/#{folder}/lib/puppet/functions/#{folder}/ssldir.rb", <<~RUBY)
        Puppet::Functions.create_function(:'#{folder}::ssldir') do
          dispatch(:ssldir) { optional_param 'String', :host }
          def ssldir(host = 'none')
            host == 'none' ? '/var/lib/puppet/ssl' : "/var/lib/puppet/\#{host}/ssl"
          end
        end
      RUBY
      call = pick(["#{folder}::ssldir()", "#{folder}::ssldir($facts['hostname'])"])
    end
    use klass("$ssldir = #{call}\nfile { '#{ca_path}': source => \"${ssldir}/certs/ca.pem\" }\nfile { \"#{ca_path}.${ssldir.length}\": ensure => absent }")
  end

  shape :bare_facts do
    use klass(<<~PP)
      case $operatingsystem {
        'Debian', 'Ubuntu': { $dir = '/etc/ssl/certs' }
        default: { $dir = '/etc/pki' }
      }
      if $is_virtual { $kind = "virtual $virtual" } else { $kind = "real ${processorcount}" }
      file { "$dir/$hostname-#{fresh}.pem": content => "$kind on ${::kernel}\\n", mode => '444' }
    PP
  end

  shape :split_title do
    defined = define(<<~PP)
      $parts = split($title, ':')
      $host = $parts[0]
      [$_host, $port] = $title.split(':')
      if $title =~ /^([^:]+):(\\d+)$/ { $by_match = "${1}-${2}" } else { $by_match = 'none' }
      file { "/etc/ssl/certs/${host}-${port}.pem": source => "/srv/ca/${by_match}.pem" }
    PP
    use klass("#{defined} { ['#{fresh}:443', '#{fresh}:8443']: }")
  end

  shape :package_config_service do
    folder = fresh('app')
    klass("package { '#{folder}': ensure => $version }", "#{folder}::install", head: "($version = $#{folder}::version)")
    klass("file { \"${#{folder}::dir}/ca.pem\": source => $#{folder}::ca, require => Package['#{folder}'] }", "#{folder}::config")
    klass("service { '#{folder}': ensure => running, enable => true }", "#{folder}::service")
    klass("contain #{folder}::install\ncontain #{folder}::config\ncontain #{folder}::service\nClass['#{folder}::install'] -> Class['#{folder}::config'] ~> Class['#{folder}::service']", folder, head: "(\n  String $version = 'present',\n  $dir = \"/etc/${module_name}\",\n  $ca = '#{served}',\n)")
    data("#{folder}::ca", served, pick(LAYERS.keys)) if chance(2)
    use folder
  end

  shape :profile_with_lookups do
    key = fresh('profile::pki')
    data("#{key}::ca", served)
    data("#{key}::ca", served, 'site') if chance(2)
    data("#{key}::hosts", %w[etcd1 etcd2])
    name = klass("$hosts.each |$host| { file { \"/etc/ssl/certs/${host}-#{fresh}.pem\": source => $ca } }\nif $facts['hostname'] in $hosts { file { '#{ca_path}': content => 'one of them' } }", head: "(\n  $ca = hiera('#{key}::ca'),\n  Array[String] $hosts = lookup('#{key}::hosts', {default_value => []}),\n)")
    use name
  end

  shape :hash_of_hosts do
    name = klass(<<~PP, head: '(Hash[String, Hash] $clusters = {})')
      $clusters.each |$cluster, $config| {
        $ca = $config['ca'] ? { undef => '#{host_source}', default => $config['ca'] }
        $config['members'].each |$index, $member| {
          if $member == $facts['hostname'] {
            file { "/etc/etcd/${cluster}-${index}.pem": source => $ca }
          }
        }
        file { "/etc/etcd/${cluster}.pem": source => $ca }
      }
    PP
    own = pick(%w[k8s-master-01 etcd1 web3])
    data("#{name}::clusters", { fresh => { 'members' => [own, 'x'], 'ca' => served }, fresh => { 'members' => [hostname] } })
    use name
  end

  shape :ensure_by_boolean do
    use klass("$ensure = $enabled ? { true => present, false => absent }\nfile { '#{ca_path}': ensure => $ensure, source => '#{served}' }\nif $enabled { include #{klass("file { '#{ca_path}': content => 'enabled' }")} }", head: "($enabled = $facts['is_virtual'])")
  end

  shape :trust_store do
    folder = fresh('store')
    klass(<<~PP, folder, head: "(Hash $cas = {})")
      case $facts['os']['family'] {
        'Debian': {
          $dir = '/usr/local/share/ca-certificates'
          $extension = 'crt'
        }
        'RedHat': {
          $dir = '/etc/pki/ca-trust/source/anchors'
          $extension = 'pem'
        }
        default: { fail("Unsupported osfamily (${facts['os']['family']})") }
      }
      create_resources('#{folder}::ca', $cas)
    PP
    define(<<~PP, "#{folder}::ca", head: "(\n  Enum['trusted', 'absent'] $ensure = 'trusted',\n  Optional[String] $source = undef,\n  Optional[String] $ca_text = undef,\n)")
      include #{folder}
      $name_of = "${name}.${#{folder}::extension}"
      $path = "${#{folder}::dir}/${name_of}"
      case $ensure {
        'trusted': {
          if $ca_text { file { $path: ensure => 'file', content => $ca_text } }
          elsif $source { file { $name_of: path => $path, ensure => 'file', source => $source } }
          else { fail('source or ca_text') }
        }
        default: { file { $path: ensure => absent } }
      }
    PP
    data("#{folder}::cas", { fresh => { 'source' => served }, fresh => { 'ca_text' => pem(fresh) }, fresh => { 'ensure' => 'absent' } })
    use folder
  end

  shape :module_lookup_options do
    folder = fresh('merged')
    klass("$cas.each |$name, $text| { file { \"/etc/ssl/certs/${name}.pem\": content => $text } }", folder, head: '(Hash $cas)')
    file("modules/#{folder}/hiera.yaml", { 'version' => 5, 'hierarchy' => [{ 'name' => 'all', 'path' => 'common.yaml' }] }.to_yaml)
    file("modules/#{folder}/data/common.yaml", { "#{folder}::cas" => { fresh => pem('module') }, 'lookup_options' => { "#{folder}::cas" => { 'merge' => 'hash' } } }.to_yaml)
    data("#{folder}::cas", { fresh => pem('environment') })
    use folder
  end

  shape :default_hierarchy do
    folder = fresh('late')
    klass("file { '#{ca_path}': source => $source, content => $content }", folder, head: '($source = undef, $content = undef)')
    file("modules/#{folder}/hiera.yaml", { 'version' => 5, 'hierarchy' => [{ 'name' => 'none', 'path' => 'none.yaml' }], 'default_hierarchy' => [{ 'name' => 'late', 'path' => 'late.yaml' }] }.to_yaml)
    file("modules/#{folder}/data/late.yaml", { "#{folder}::source" => served }.to_yaml)
    data("#{folder}::content", 'x', 'site') if chance(3)
    use folder
  end

  shape :nested_conditions do
    use klass(<<~PP)
      if $facts['realm'] == 'labs' {
        if $facts['site'] == 'eqiad' {
          $ca = '#{served}'
          file { '#{ca_path}': content => 'labs in eqiad' }
        } else {
          $ca = '#{host_source}'
        }
      } else {
        case $facts['hostname'] {
          /^etcd\\d+$/: { $ca = '/etc/etcd/ca.pem' }
          /^(?<kind>web|tools)/: { $ca = "/etc/other/${0}.pem" }
          default: { $ca = undef }
        }
      }
      if $ca { file { '#{ca_path}': source => $ca } }
      file { '#{ca_path}': content => "${ca}" }
    PP
  end

  shape :classes_with_resources_of_others do
    path = ca_path
    owner = klass("file { '#{path}': source => '#{served}' }")
    use klass("include #{owner}\nfile { '#{ca_path}': content => 'y', require => File['#{path}'] }\nif defined(File['#{path}']) { file { '#{ca_path}': content => 'it is there' } }\nFile <| title == '#{path}' |> { backup => '.by-other' }\nfile { '#{ca_path}': content => \"${File['#{path}']['source']}\" }")
  end
end
