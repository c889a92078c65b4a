# spjmurray-ca_certificate 1.0.0: manifests/init.pp.
# https://github.com/spjmurray/puppet-ca_certificate
define ca_certificate (
  $source = undef,
  $content = undef,
) {
  file { "/usr/share/ca-certificates/puppet/${name}.crt":
    ensure  => file,
    source  => $source,
    content => $content,
  }
}
