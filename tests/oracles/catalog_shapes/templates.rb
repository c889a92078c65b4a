# Content that comes of other files.
class CatalogCase
  shape :file_function do
    name, folder = fresh, module_name
    file("modules/#{folder}/files/#{name}.pem", pem(name))
    use klass(<<~PP)
      file { '#{ca_path}': content => file('#{folder}/#{name}.pem') }
      file { '#{ca_path}': content => file("#{folder}/${facts['hostname']}.pem", '#{folder}/#{name}.pem') }
      file { '#{ca_path}': content => file('/no/such/file', "${'#{folder}'}/#{name}.pem") }
    PP
  end

  shape :erb do
    name, folder = fresh, module_name
    file("modules/#{folder}/templates/#{name}.erb", pick([
      "ca = <%= @ca %>\nhost = <%= @hostname %>\n", "<% if @ca -%>\nca <%= @ca %>\n<% end -%>\nend\n",
      "<%# a comment -%>\n<% @list.each do |it| -%>\n<%= it %>\n<% end -%>\n", "plain\n<%= scope['::site'] %>\n<%= scope.lookupvar('realm') %>\n",
      "<%= @facts['os']['family'] %> <%= @list.join(',') %>\n", "plain, and a %\n"
    ]))
    use klass("file { '#{ca_path}': content => template('#{folder}/#{name}.erb') }\nfile { '#{ca_path}': content => template('#{folder}/#{name}.erb', \"#{folder}/#{name}.erb\") }", head: "($ca = '#{ca_path}', $list = ['a', 'b'])")
  end

  shape :erb_in_a_define do
    name, folder = fresh, module_name
    file("modules/#{folder}/templates/#{name}.erb", "ca=<%= @ca %>\ntitle=<%= @title %> <%= @name %>\n<% if @extra %>extra=<%= @extra %><% end %>\n")
    defined = define("file { \"/etc/ssl/${title}.conf\": content => template('#{folder}/#{name}.erb') }", head: "($ca, $extra = undef)")
    use klass("#{defined} { '#{fresh}': ca => '#{ca_path}' }\n#{defined} { '#{fresh}': ca => '#{ca_path}', extra => 'x' }")
  end

  shape :epp do
    name, folder = fresh, module_name
    file("modules/#{folder}/templates/#{name}.epp", pick([
      "<%- | String $ca, $list = ['d'] | -%>\nca=<%= $ca %>\n<% $list.each |$it| { -%>\n- <%= $it %>\n<% } -%>\n",
      "<%- | $ca, $list = [] | -%>\n<% if $ca =~ /pem/ { -%>\npem\n<% } else { -%>\nother\n<% } -%>\n<%= $facts['hostname'] %> <%# comment %>\n<%% done\n"
    ]))
    use klass("file { '#{ca_path}': content => epp('#{folder}/#{name}.epp', { 'ca' => '#{ca_path}' }) }\nfile { '#{ca_path}': content => epp('#{folder}/#{name}.epp', { ca => 'x', list => ['a', 'b'] }) }")
  end

  shape :epp_without_parameters do
    name, folder = fresh, module_name
    file("modules/#{folder}/templates/#{name}.epp", "ca=<%= $#{'own'}::ca %> <%= $facts['site'] %>\n<%= $::hostname -%>\n.\n")
    klass("$ca = '#{ca_path}'", 'own')
    use klass("include own\nfile { '#{ca_path}': content => epp('#{folder}/#{name}.epp') }")
  end

  shape :inline_epp do
    use klass("$ca = '#{ca_path}'\nfile { '#{ca_path}': content => inline_epp('ca=<%= $ca %>') }\nfile { '#{ca_path}': content => inline_epp('<%- | $x | -%> <%= $x %>', { 'x' => $facts['site'] }) }\nfile { '#{ca_path}': content => inline_epp(@(END)) }\n<% [1, 2].each |$n| { -%>\nn=<%= $n %>\n<% } -%>\nEND")
  end

  shape :inline_erb do
    use klass("$list = ['b', 'a']\nfile { '#{ca_path}': content => inline_template('<%= @list.sort.join(\" \") %>') }\nfile { '#{ca_path}': content => inline_template('host <%= @hostname %>', \"\\nmore\") }")
  end

  shape :many_templates do
    one, two, folder = fresh, fresh, module_name
    file("modules/#{folder}/templates/#{one}.erb", "one <%= @ca %>\n")
    file("modules/#{folder}/templates/#{two}.epp", "two <%= $facts['site'] %>\n")
    use klass("file { '#{ca_path}': content => \"${template('#{folder}/#{one}.erb')}${epp('#{folder}/#{two}.epp')}\" }\n$text = epp('#{folder}/#{two}.epp')\nfile { '#{ca_path}': content => \"# head\\n${text}\" }", head: "($ca = 'x')")
  end

  shape :binary_and_missing do
    folder = module_name
    use klass("file { '#{ca_path}': content => #{pick(["file('#{folder}/no-such.pem')", "template('#{folder}/no-such.erb')", "epp('#{folder}/no-such.epp')"])} }")
  end

  shape :folders do
    folder = module_name
    %w[a.pem deep/b.pem].each { |path| file("modules/#{folder}/files/cas/#{path}", pem(path)) }
    use klass(<<~PP)
      file { '/etc/ssl/#{fresh}':
        ensure  => directory,
        recurse => #{pick(%w[true remote])},
        purge   => #{pick(%w[true false])},
        source  => 'puppet:///modules/#{folder}/cas',
      }
      file { '/etc/ssl/#{fresh}/': ensure => directory, recurse => true, purge => true, force => true }
    PP
  end

  shape :settings_file do
    folder = module_name
    name = fresh
    file("modules/#{folder}/templates/#{name}.erb", "KUBE_API_ARGS=\"--etcd-servers=https://etcd1:2379 <% if @etcd_ca %>--etcd-cafile=<%= @etcd_ca %><% end %>\"\n")
    use klass("file { '/etc/default/kube-apiserver-#{name}': content => template('#{folder}/#{name}.erb'), mode => '0444' }", head: "($etcd_ca = #{pick(['undef', "'#{ca_path}'"])})")
  end
end
