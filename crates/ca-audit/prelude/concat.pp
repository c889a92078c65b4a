# puppetlabs-concat 10.0.1, manifests/init.pp and manifests/fragment.pp.
# https://github.com/puppetlabs/puppetlabs-concat
define concat ($ensure = 'present', $path = $name, $backup = 'puppet') {
  concat_file { $name:
    ensure => $ensure,
    path   => $path,
    backup => $backup,
  }
}

define concat::fragment ($target, $content = undef, $source = undef) {
  concat_fragment { $name:
    target  => $target,
    content => $content,
    source  => $source,
  }
}
