# Node definitions, and what stands at top scope.
class CatalogCase
  shape :exact_and_regex do
    head(pick(["'#{node}'", "'#{node}', 'second.example.org'", "\"#{node}\"", node]))
    other_node("node /^#{hostname[0, 2]}.*\\.example\\.org$/ { file { '#{ca_path}': content => 'by pattern' } }")
    other_node("node default { file { '#{ca_path}': content => 'by default' } }")
    body("file { '#{ca_path}': content => 'by name' }")
  end

  shape :regex_and_default do
    head("/^(#{hostname[0, 2]})(.*)\\.example\\.org$/")
    other_node("node 'x.example.org', /^nobody/ { file { '#{ca_path}': content => 'others' } }")
    other_node("node default { file { '#{ca_path}': content => 'by default' } }")
    body("file { \"/etc/ssl/certs/#{fresh}-${1}.pem\": content => \"$1 and ${2}\" }")
  end

  shape :node_variables do
    body("$ca_source = '#{host_source}'")
    name = klass("file { '#{ca_path}': source => $ca_source }")
    body("include #{name}")
  end

  shape :top_variables do
    top("$ca_folder = '/etc/#{fresh}'\n$shadowed = 'top'")
    use klass("$shadowed = 'class'\nfile { \"${ca_folder}/a.pem\": content => \"${shadowed} ${::shadowed}\" }\nfile { \"${::ca_folder}/b.pem\": source => \"puppet:///modules/sslcert/${::hostname}.pem\" }")
  end

  shape :resources_at_top do
    top("file { '#{ca_path}': source => '#{served}' }")
    top("include #{klass("file { '#{ca_path}': content => 'from the top' }")}")
  end

  shape :conditions_at_top do
    names = Array.new(2) { klass("file { '#{ca_path}': content => $title }") }
    top("if $facts['realm'] == 'labs' {\n  include #{names[0]}\n} else {\n  include #{names[1]}\n}")
    top("case $trusted['certname'] {\n  /^etcd/: { $etcd_ca = '/etc/etcd/ca.pem' }\n  default: { $etcd_ca = '#{ca_path}' }\n}")
    body('file { $etcd_ca: content => $trusted[\'hostname\'] }')
  end

  shape :trusted_and_settings do
    use klass("file { \"/etc/ssl/${trusted['certname']}-#{fresh}.pem\": source => \"/srv/${trusted['domain']}/${trusted[hostname]}.pem\" }\nfile { \"/etc/ssl/${environment}-#{fresh}.pem\": content => \"${trusted['extensions']['pp_role']}.\" }\nfile { '#{ca_path}': content => \"${settings::environment}\" }")
  end

  shape :site_in_several_files do
    file('manifests/a_first.pp', "$one = '/etc/#{fresh}'\n")
    file('manifests/z_last.pp', "file { \"${one}/ca.pem\": content => 'last' }\nfile { '#{ca_path}': content => $two }\n")
    file('manifests/b_second.pp', "$two = \"${one}/two\"\n")
  end

  shape :modulepath do
    folder = fresh('own')
    file('environment.conf', "modulepath = #{pick(%w[site-modules:modules site-modules:modules:$basemodulepath ./site-modules:modules])}\n")
    file("site-modules/#{folder}/manifests/init.pp", "class #{folder} {\n  file { '#{ca_path}': source => \"puppet:///modules/${module_name}/ca.pem\" }\n  file { '#{ca_path}': content => file('#{folder}/ca.pem') }\n}\n")
    file("site-modules/#{folder}/files/ca.pem", pem('of the site'))
    file("modules/#{folder}/manifests/init.pp", "class #{folder} {\n  file { '#{ca_path}': content => 'hidden by the other folder' }\n}\n")
    use folder
  end

  shape :manifest_elsewhere do
    file('environment.conf', "manifest = #{pick(%w[nodes.pp site])}\n") unless @files.key?('environment.conf')
    elsewhere = @files['environment.conf'][/^manifest = (.*)/, 1] || return
    name = klass("file { '#{ca_path}': content => 'elsewhere' }")
    file(elsewhere.end_with?('.pp') ? elsewhere : "#{elsewhere}/nodes.pp", "node default {\n  include #{name}\n}\n")
  end

  shape :node_names_by_part do
    head("'#{hostname}'")
    other_node("node '#{hostname}.example' { file { '#{ca_path}': content => 'shorter' } }")
    other_node("node default { file { '#{ca_path}': content => 'default' } }")
    body("file { '#{ca_path}': content => 'by the host name' }")
  end

  shape :functions_in_nodes do
    name = klass("file { '#{ca_path}': content => 'x' }")
    body("['#{name}'].each |$c| { include $c }\nif $facts['networking']['domain'] =~ /example/ { file { '#{ca_path}': content => 'in a node' } }")
  end
end
