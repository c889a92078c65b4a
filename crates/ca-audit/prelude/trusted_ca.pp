# puppet-trusted_ca 4.0.0: manifests/init.pp, ca.pp, java.pp, params.pp. SLES
# before 12 is left out.
# https://github.com/voxpupuli/puppet-trusted_ca
class trusted_ca (
  $ca_certificates = {},
  $java_keystores = {},
  $certfile_suffix = 'crt',
  $install_path = $facts['os']['family'] ? {
    'Debian' => '/usr/local/share/ca-certificates',
    'RedHat' => '/etc/pki/ca-trust/source/anchors',
    'Suse'   => '/etc/pki/trust/anchors',
  },
) {
  create_resources('trusted_ca::ca', $ca_certificates)
  create_resources('trusted_ca::java', $java_keystores)
}

define trusted_ca::ca (
  $source = undef,
  $content = undef,
  $install_path = $trusted_ca::install_path,
  $certfile_suffix = $trusted_ca::certfile_suffix,
) {
  # Below /etc/pki/ca-trust, /usr/local/share/ca-certificates and the like.
  if $name =~ /[.](crt|pem)$/ {
    $file = $name
  } else {
    $file = "${name}.${certfile_suffix}"
  }
  file { "${install_path}/${file}":
    source  => $source,
    content => $content,
  }
}

# The certificate is imported into the key store from this file.
define trusted_ca::java (
  $java_keystore,
  $source = undef,
  $content = undef,
  $filename = "/tmp/${name}-trustedca",
) {
  file { $filename:
    source  => $source,
    content => $content,
  }
  java_ks { "${name}:${java_keystore}":
    target              => $java_keystore,
    certificate         => $source,
    certificate_content => $content,
  }
}
