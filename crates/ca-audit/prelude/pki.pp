# simp-pki 7.0.1: manifests/copy.pp, manifests/copy/apps_dir.pp.
# https://github.com/simp/pupmod-simp-pki
define pki::copy (
  $pki = false,
  $source = '/etc/pki/simp/x509',
  $destination = undef,
) {
  if $pki {
    $folder = "/etc/pki/simp_apps/${name}/x509"
  } else {
    $folder = "${destination}/pki"
  }
  file { "${folder}/cacerts":
    ensure  => 'directory',
    recurse => true,
    source  => "${source}/cacerts",
  }
}
