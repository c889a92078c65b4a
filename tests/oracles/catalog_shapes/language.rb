# Expressions: conditions, iteration, functions, strings.
class CatalogCase
  shape :case_on_facts do
    use klass(<<~PP)
      case $facts['os']['name'] {
        'Debian', 'Ubuntu': { $dir = '/usr/local/share/ca-certificates' }
        /^(Cent|Red)/: { $dir = "/etc/pki/${1}" }
        default: { $dir = '/etc/ssl' }
      }
      case $::osfamily {
        /(?i:debian)/: { file { "${dir}/#{fresh}.crt": content => 'd' } }
        'redhat', 'suse': { file { "${dir}/#{fresh}.crt": content => 'r' } }
      }
      $n = case $facts['processorcount'] { 2: { 'two' } Integer[3, 5]: { 'some' } default: { 'many' } }
      file { '#{ca_path}': content => $n }
    PP
  end

  shape :selectors do
    use klass(<<~PP)
      $source = $facts['hostname'] ? {
        /^(\\w+)-.*?(\\d+)$/ => "/srv/${1}/${2}.pem",
        'etcd1'             => ['/srv/etcd.pem', '/srv/any.pem'],
        default             => '#{host_source}',
      }
      file { '#{ca_path}': source => $source, ensure => $::realm ? { 'labs' => 'absent', 'production' => 'file' } }
      file { '#{ca_path}': content => $facts['site'] ? { 'EQIAD' => 'case does not matter', default => 'other' } }
      file { '#{ca_path}': content => ($facts['is_virtual'] ? { true => 'v', false => 'p' }) }
    PP
  end

  shape :conditions do
    use klass(<<~PP)
      if $facts['realm'] == 'labs' and $facts['site'] != 'codfw' {
        $where = 'labs'
      } elsif $facts['processorcount'] >= 4 or !$facts['is_virtual'] {
        $where = 'large'
      } else {
        $where = 'other'
      }
      file { "/etc/ssl/certs/${where}-#{fresh}.pem": content => $where }
      if $facts['fqdn'] =~ /^([a-z0-9]+)[-.](.*)$/ { file { "/etc/ssl/certs/${1}-#{fresh}.pem": content => "${2}/${0}" } }
      unless $facts['hostname'] in ['etcd1', 'web3'] { file { '#{ca_path}': content => 'unless' } } else { file { '#{ca_path}': content => 'else' } }
      if 'eq' in $facts['site'] { file { '#{ca_path}': content => 'in text' } }
      if $facts['no'] =~ NotUndef { fail('never') }
      if '' { file { '#{ca_path}': content => 'the empty string is true' } }
      if undef == $nothing { file { '#{ca_path}': content => 'undef' } }
    PP
  end

  shape :fail_not_taken do
    use klass("if $facts['kernel'] != 'Linux' { fail('only Linux') }\nfile { '#{ca_path}': source => '#{served}' }\nif $facts['kernel'] == 'Windows' { file { 'C:/ca.pem': content => 'w' } }")
  end

  shape :failing do
    use klass("file { '#{ca_path}': source => '#{served}' }\n#{pick(["fail('no')", "if $facts['site'] == 'eqiad' { fail('not here') }", "file { '#{ca_path}': source => lookup('no::such::key') }", 'include no::such::class', "assert_type(Integer, 'x')"])}")
  end

  shape :each do
    use klass(<<~PP)
      ['#{fresh}', '#{fresh}'].each |$name| { file { "/etc/ssl/certs/${name}.pem": content => $name } }
      ['#{fresh}', '#{fresh}'].each |$i, $name| { file { "/etc/ssl/certs/${i}-${name}.pem": content => "${i}" } }
      $hash = { '#{ca_path}' => '#{served}' }
      $hash.each |$path, $source| { file { $path: source => $source } }
      ({ '#{ca_path}' => '#{host_source}' }).each |$pair| { file { $pair[0]: source => $pair[1] } }
      each([1, 2]) |$n| { file { "/etc/ssl/certs/#{fresh}-${n}.pem": ensure => absent } }
      Integer[1, 2].each |$n| { file { "/etc/ssl/certs/#{fresh}-${n}.pem": content => "${$n * 2}" } }
      3.each |$n| { file { "/etc/ssl/certs/#{fresh}-${n}.pem": content => 'of three' } }
    PP
  end

  shape :map_filter_reduce do
    use klass(<<~PP)
      $names = ['#{fresh}', '#{fresh}', 'skipped']
      $paths = $names.filter |$it| { $it != 'skipped' }.map |$it| { "/etc/ssl/certs/${it}.pem" }
      file { $paths: ensure => file, content => $names.reduce |$memo, $it| { "${memo},${it}" } }
      $hash = { 'a' => 1, 'b' => 2 }
      $sum = $hash.reduce(0) |$memo, $pair| { $memo + $pair[1] }
      file { '#{ca_path}': content => "${sum}" }
      $kept = $hash.filter |$k, $v| { $v > 1 }
      file { '#{ca_path}': content => $kept.map |$k, $v| { "${k}=${v}" }.join(',') }
      with('#{ca_path}') |$p| { file { $p: content => 'with' } }
      $files = $names.reduce({}) |$memo, $it| { $memo + { "/etc/ssl/${it}-#{fresh}.pem" => { 'content' => $it } } }
      create_resources('file', $files)
    PP
  end

  shape :more_iteration do
    use klass(<<~PP)
      [1, 2, 3, 4].slice(2) |$a, $b| { file { "/etc/ssl/certs/#{fresh}-${a}-${b}.pem": content => 'slice' } }
      if ['x', 'y'].any |$it| { $it == 'y' } { file { '#{ca_path}': content => 'any' } }
      if ['x', 'y'].all |$it| { $it == 'y' } { file { '#{ca_path}': content => 'all' } }
      $index = ['a', 'b'].index |$it| { $it == 'b' }
      file { '#{ca_path}': content => "${index}" }
      ['a', 'b'].reverse_each.each |$i, $it| { file { "/etc/ssl/certs/#{fresh}-${i}${it}.pem": content => 'r' } }
      $found = [1, 2, 3].each |$it| { if $it == 2 { break() } file { "/etc/ssl/certs/#{fresh}-${it}.pem": content => 'before the break' } }
      [1, 2, 3].each |$it| { if $it == 2 { next() } file { "/etc/ssl/certs/#{fresh}-${it}.pem": content => 'not two' } }
      file { '#{ca_path}': content => "${['b', 'a', 'b'].unique.sort.join('-')}${[1, [2, [3]]].flatten.size}" }
      $tree = { 'k' => ['x', 'y'] }.tree_each({ 'include_containers' => false }).map |$it| { $it[1] }
      file { '#{ca_path}': content => $tree.join(' ') }
    PP
  end

  shape :functions_of_ones_own do
    path = function("$made = \"${folder}/${name}.pem\"\n$made", head: "(String $name, String $folder = '/etc/ssl/certs') >> String")
    early = function("if $it == 'x' { return '/srv/x.pem' }\n$facts['hostname'] ? { 'etcd1' => '/srv/etcd.pem', default => \"/srv/${it}.pem\" }", head: '($it)')
    count = "#{module_name}::#{fresh('f')}"
    function("if $n == 0 { [] } else { #{count}($n - 1) + [\"/etc/ssl/certs/#{fresh}-${n}.pem\"] }", head: '(Integer $n)', name: count)
    rest = function("$list.map |$it| { \"${first}${it}\" }", head: '($first, *$list)')
    use klass(<<~PP)
      file { #{path}('#{fresh}'): source => #{early}('x') }
      file { #{path}('#{fresh}', '/srv'): source => #{early}('y') }
      file { '#{fresh}'.#{path}: content => 'by a dot' }
      file { #{count}(3): ensure => absent }
      file { #{rest}('/etc/ssl/certs/#{fresh}-', 'a', 'b'): content => 'rest' }
    PP
  end

  shape :function_of_a_module do
    folder = fresh('lib')
    name = function("case $::realm {\n  'labs': { return '/var/lib/puppet/client/ssl' }\n  default: { '/var/lib/puppet/ssl' }\n}", name: "#{folder}::ssldir")
    klass('', folder)
    use klass("file { '#{ca_path}': source => \"${#{name}()}/certs/ca.pem\" }\n$dir = #{name}()\nfile { \"${dir}/certs/#{fresh}.pem\": ensure => absent }")
  end

  shape :strings do
    name = fresh('Name')
    use klass(<<~PP)
      $name_of = '#{name}'
      $h = { 'a' => { 'b' => ['x', 'y'] } }
      file { "/etc/ssl/certs/${name_of.downcase}.pem": content => "${h['a']['b'][1]} $h ${h[a][b][0]}" }
      file { "/etc/ssl/certs/${name_of.upcase()}_u.pem": content => '$not ${interpolated} \\'quoted\\' \\n' }
      file { "/etc/ssl/certs/${upcase($name_of)}_v.pem": content => "tab\\tquote\\"dollar\\$ \\u{e9} \\u0041" }
      file { "/etc/ssl/certs/$name_of-w.pem": content => "${name_of}_${1 + 2 * 3}_${$h.keys[0]}" }
      file { "/etc/ssl/certs/${capitalize($name_of)}${strip(' x ')}.pem": content => sprintf('%s-%03d', $name_of, 7) }
      file { "/etc/ssl/certs/${regsubst($name_of, '\\d+', 'N', 'G')}.pem": content => regsubst("a.b.c", '\\.', '_') }
      file { "/etc/ssl/certs/${if true { 'yes' } else { 'no' }}-#{fresh}.pem": content => "${split('a,b', ',')[1]}" }
    PP
  end

  shape :heredocs do
    use klass(<<~PP)
      $who = 'x'
      file { '#{ca_path}':
        content => @("PEM"/L)
          -----BEGIN CERTIFICATE-----
          MIIB${who} \\
          ${facts['hostname']}
          -----END CERTIFICATE-----
          | PEM
      }
      file { '#{ca_path}': content => @(EOS), mode => '0444' }
      not ${interpolated}
        indented
      EOS
      file { '#{ca_path}': content => @(EOS)
        no newline at the end
        |- EOS
      }
    PP
  end

  shape :values do
    use klass(<<~PP)
      $a = [1, 2] + [3]
      $h = { 'x' => 1 } + { 'x' => 2, 'y' => 3 }
      [$first, [$second, $third]] = ['#{ca_path}', ['#{ca_path}', 'c']]
      file { $first: content => "${a} ${h}" }
      file { $second: content => "${third} ${a[-1]} ${a[0, 2]} ${h['none']}" }
      file { '#{ca_path}': content => "${[1, 2] << 3} ${[1, 2, 3] - [2]} ${5 / 2} ${5 % 3} ${5.0 / 2}" }
    PP
    use klass(<<~PP)
      file { '#{ca_path}': content => "${'abc' =~ /b/} ${'a' == 'A'} ${1 < 2} ${'b' in ['a', 'b']} ${undef} ${!true}" }
      file { '#{ca_path}': content => "${String(3)} ${Integer('7') + 1} ${Boolean('yes')} ${Array('x')} ${type(1)}" }
      file { '#{ca_path}': content => "${[1, undef, ''].size} ${empty([])} ${length('abc')} ${{'b' => 1, 'a' => 2}.keys}" }
    PP
  end

  shape :getvar_and_dig do
    name = klass("$path = '#{ca_path}'\n$h = { 'a' => [{ 'b' => '#{ca_path}' }] }")
    use klass(<<~PP)
      include #{name}
      file { getvar('#{name}::path'): content => getvar('facts.os.family') }
      file { $#{name}::h.dig('a', 0, 'b'): content => "${getvar('::no_such', 'default')}" }
      file { "/etc/ssl/certs/${facts.dig('os', 'name')}-#{fresh}.pem": content => "${facts.get('os.release.major')}" }
    PP
  end

  shape :then_and_lest do
    use klass("$it = $facts['nothing'].lest || { '#{ca_path}' }\nfile { $it: content => $facts['site'].then |$s| { \"site ${s}\" } }")
  end

  shape :variables_in_branches do
    use klass(<<~PP)
      if $facts['realm'] == 'labs' { $dir = '/etc/labs' } else { $dir = '/etc/prod' }
      $folder = "${dir}/#{fresh}"
      $count = [1, 2].each |$x| { $inner = $x }
      file { "${folder}/ca.pem": content => "${count}" }
      $options = if $facts['is_virtual'] { { content => 'virtual' } } else { { source => '#{served}' } }
      file { "${folder}/b.pem": * => $options }
    PP
  end

  shape :notice_and_others do
    use klass("notice('x')\nwarning(\"${facts['hostname']}\")\ndebug('y')\ntag('mine')\nfile { '#{ca_path}': content => \"${tagged('mine')} ${tagged('other')}\" }")
  end

  shape :types_in_conditions do
    use klass(<<~PP)
      $value = #{pick(["'text'", '3', "['a']", "{ 'a' => 1 }", 'undef', 'true'])}
      $kind = $value ? { String => 'string', Integer => 'integer', Array => 'array', Hash => 'hash', Undef => 'undef', default => 'else' }
      file { "/etc/ssl/certs/#{fresh}-${kind}.pem": content => "${$value =~ Variant[String, Array[String]]}" }
      if $value =~ Optional[String[1]] { file { '#{ca_path}': content => 'text or none' } }
      if $facts =~ Struct[{ 'site' => String, Optional['x'] => Any, 'hostname' => String }] { file { '#{ca_path}': content => 'no' } }
    PP
  end

  shape :modules_functions do
    use klass(<<~PP)
      file { '#{ca_path}': content => "${module_name} ${title} ${name}" }
      file { '#{ca_path}': content => md5('x') }
      file { '#{ca_path}': content => sha256("${facts['hostname']}") }
      file { '#{ca_path}': content => "${versioncmp('1.10', '1.9')} ${abs(-3)} ${max(1, 5)} ${min(4, 2)}" }
      file { '#{ca_path}': content => inline_template('<%= @title %>') }
      file { '#{ca_path}': content => "${fqdn_rand(10, 'seed')}" }
      file { '#{ca_path}': content => "${lstrip('  a')}|${rstrip('a  ')}|${chomp("a\\n")}|${camelcase('a_b')}|${join([1, [2]], '-')}" }
      file { '#{ca_path}': content => "${values({'a' => 1})} ${flatten([1], [2])} ${unique([1, 1])} ${round(2.5)} ${compare('a', 'b')}" }
    PP
  end
end
