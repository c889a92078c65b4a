define certs::ca($source) {
  file { "@ROOT@/etc/ssl/${title}.pem":
    source => $source,
    backup => 'puppet',
  }
}
certs::ca { 'internal-ca': source => '@ROOT@/srv/ca.pem' }
