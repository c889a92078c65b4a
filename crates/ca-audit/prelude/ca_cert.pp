# puppet-ca_cert (once pcfens-ca_cert) 1 to 4: manifests/ca.pp, the folders of
# manifests/params.pp and data/, REFERENCE.md. SLES before 12 is left out.
# https://github.com/voxpupuli/puppet-ca_cert
class ca_cert ($ca_certs = {}) {
  create_resources('ca_cert::ca', $ca_certs)
}

define ca_cert::ca (
  $ensure = 'trusted',
  $source = undef,
  $content = undef,
  $ca_text = undef,
) {
  $folder = $facts['os']['family'] ? {
    'Debian'    => '/usr/local/share/ca-certificates',
    'RedHat'    => '/etc/pki/ca-trust/source/anchors',
    'Suse'      => '/etc/pki/trust/anchors',
    'Archlinux' => '/etc/ca-certificates/trust-source/anchors',
  }
  $path = "${folder}/${name}.crt"

  # A distrusted CA is not trusted any more, wherever else its file is put.
  if $ensure in ['absent', 'distrusted'] {
    file { $path:
      ensure => 'absent',
    }
  } elsif $source =~ /^(http|https|ftp):/ {
    archive { $path:
      source => $source,
    }
  } elsif $source and $source != 'text' {
    file { "${name}.crt":
      path   => $path,
      source => $source,
    }
  } else {
    file { "${name}.crt":
      path    => $path,
      content => pick_default($content, $ca_text),
    }
  }
}
