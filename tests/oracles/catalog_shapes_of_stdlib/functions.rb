# What needs puppetlabs-stdlib (8.5, as Debian has it).
class CatalogCase
  shape :pick do
    key = fresh
    data(key, served) if chance(2)
    use klass(<<~PP, head: '($source = undef)')
      file { '#{ca_path}': source => pick($source, '', '#{served}') }
      file { '#{ca_path}': content => pick_default($facts['nothing'], '') }
      file { '#{ca_path}': source => pick(lookup('#{key}', { default_value => undef }), $facts['no'], '#{host_source}') }
    PP
  end

  shape :ensure_resources do
    path = ca_path
    use klass(<<~PP)
      ensure_resource('file', '#{path}', { 'ensure' => 'file', 'source' => '#{source = served}' })
      ensure_resource('file', '#{path}', { 'ensure' => 'file', 'source' => '#{source}' })
      ensure_resource('file', ['#{ca_path}', '#{ca_path}'], { 'content' => 'x' })
      ensure_resources('file', { '#{ca_path}' => { 'content' => 'a' }, '#{ca_path}' => {} }, { 'ensure' => 'file' })
      ensure_packages(['ca-certificates', 'openssl'])
    PP
  end

  shape :hashes do
    use klass(<<~PP)
      $defaults = { 'ensure' => 'file', 'mode' => '0444' }
      file { '#{ca_path}': * => merge($defaults, { 'source' => '#{served}' }) }
      file { '#{ca_path}': * => deep_merge($defaults, { 'content' => 'deep' }) }
      if has_key($defaults, 'mode') { file { '#{ca_path}': content => join(join_keys_to_values({ 'a' => 1, 'b' => 2 }, '='), ',') } }
      file { '#{ca_path}': * => delete({ 'content' => 'x', 'source' => '/no' }, 'source') }
      file { '#{ca_path}': * => delete_undef_values({ 'content' => 'y', 'source' => undef }) }
    PP
  end

  shape :arrays do
    use klass(<<~PP)
      file { prefix(['#{fresh}.pem', '#{fresh}.pem'], '/etc/ssl/certs/'): content => 'prefixed' }
      file { suffix(prefix(['#{fresh}'], '/etc/ssl/'), '.crt'): content => 'both' }
      if member(['a', 'b'], 'b') { file { '#{ca_path}': content => "${concat(['a'], ['b'], 'c').join(' ')}" } }
      range('1', '2').each |$n| { file { "/etc/ssl/certs/#{fresh}-${n}.pem": content => "${n}" } }
      file { '#{ca_path}': content => "${any2array('x')} ${intersection(['a', 'b'], ['b'])} ${union(['a'], ['b'])} ${difference(['a', 'b'], ['b'])} ${reject(['a', 'bx'], 'x')}" }
    PP
  end

  shape :validations do
    use klass(<<~PP, head: "(Stdlib::Absolutepath $path = '#{ca_path}', Stdlib::Filesource $source = '#{served}', Stdlib::Ensure::File $ensure = 'file')")
      validate_absolute_path($path)
      validate_re($source, ['^puppet:', '^/'])
      assert_type(Stdlib::Unixpath, $path)
      file { $path: ensure => $ensure, source => $source }
      file { '#{ca_path}': ensure => stdlib::ensure($facts['is_virtual'], 'file'), content => 'x' }
    PP
  end

  shape :texts do
    use klass(<<~PP)
      file { "${dirname('#{ca_path}')}/#{fresh}-${basename('/a/b.pem', '.pem')}": content => bool2str(str2bool('yes')) }
      file { '#{ca_path}': content => "${bool2num(true)} ${num2bool(0)} ${str2bool('no')} ${bool2str(false, 'on', 'off')} ${swapcase('aB')} ${shell_escape('a b')}" }
      file { '#{ca_path}': content => to_yaml({ 'ca' => '/etc/ca.pem', 'list' => [1, 'two'] }) }
      file { '#{ca_path}': content => to_json({ 'ca' => ['x', true] }) }
      file { '#{ca_path}': content => "${is_string('x')} ${is_array([])} ${is_hash('')} ${size([1, 2])} ${fqdn_rand_string(4) =~ String}" }
    PP
  end

  shape :file_lines do
    path = ca_path
    use klass("file { '#{path}': ensure => file, content => 'x' }\nfile_line { '#{fresh}': path => '#{path}', line => 'a line' }\nif defined_with_params(File['#{path}'], { 'ensure' => 'file' }) { file { '#{ca_path}': content => 'with these' } }\nfile { '#{ca_path}': content => getparam(File['#{path}'], 'content') }")
  end
end
