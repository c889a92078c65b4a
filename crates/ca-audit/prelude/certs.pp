# broadinstitute-certs 3.0.0: manifests/site.pp, data/Debian.yaml,
# data/RedHat.yaml. The server's own certificate and its key are no CA's.
# https://github.com/broadinstitute/puppet-certs
define certs::site (
  $source_path = undef,
  $cert_chain = false,
  $chain_name = undef,
  $chain_ext = '.crt',
  $chain_path = undef,
  $chain_source_path = $source_path,
  $ca_cert = false,
  $ca_name = undef,
  $ca_ext = '.crt',
  $ca_path = undef,
  $ca_source_path = $source_path,
) {
  $folder = $facts['os']['family'] ? {
    'Debian' => '/etc/ssl/certs',
    'RedHat' => '/etc/pki/tls/certs',
  }
  if $cert_chain {
    $chain_folder = pick($chain_path, $folder)
    file { "${chain_folder}/${chain_name}${chain_ext}":
      source => "${chain_source_path}/${chain_name}${chain_ext}",
    }
  }
  if $ca_cert {
    $ca_folder = pick($ca_path, $folder)
    file { "${ca_folder}/${ca_name}${ca_ext}":
      source => "${ca_source_path}/${ca_name}${ca_ext}",
    }
  }
}
