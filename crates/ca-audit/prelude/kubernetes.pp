# puppetlabs-kubernetes 8.1.1: manifests/init.pp, manifests/config/kubeadm.pp,
# templates/pki and templates/etcd. A worker gets none of these files.
# https://github.com/puppetlabs/puppetlabs-kubernetes
class kubernetes (
  $controller = false,
  $manage_etcd = true,
  $delegated_pki = false,
  $etcd_ca_crt,
  $kubernetes_ca_crt,
  $kubernetes_front_proxy_ca_crt,
) {
  if $controller and !$delegated_pki {
    if $manage_etcd {
      file { '/etc/kubernetes/pki/etcd/ca.crt':
        content => $etcd_ca_crt,
      }
    }
    file { '/etc/kubernetes/pki/ca.crt':
      content => $kubernetes_ca_crt,
    }
    file { '/etc/kubernetes/pki/front-proxy-ca.crt':
      content => $kubernetes_front_proxy_ca_crt,
    }
  }
}
