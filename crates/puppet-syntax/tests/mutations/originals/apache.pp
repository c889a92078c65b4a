# A site behind TLS.
#
# @param docroot where the pages stand
class profile::apache (
  Stdlib::Absolutepath $docroot = '/srv/www',
  Hash[String[1], Struct[{ port => Integer[1, 65535], Optional[ssl] => Boolean }]] $sites = {},
  Optional[String[1]] $ca = undef,
  String *$rest,
) inherits profile::base {
  include apache::mod::ssl, apache::mod::rewrite
  require ::profile::certificates

  $fqdn = $facts['networking']['fqdn']
  $chain = "/etc/ssl/certs/${facts['networking']['fqdn']}.chain.pem"
  [$major, $minor] = split($facts['os']['release']['full'], '[.]')

  file { $chain:
    ensure  => file,
    mode    => '0444',
    content => file("/etc/puppet/private/${fqdn}.pem", '/dev/null'),
    notify  => Service['apache2'],
  }

  $sites.filter |$name, $site| { $site['ssl'] =~ NotUndef }.each |String $name, Hash $site| {
    apache::vhost { "${name}-${site['port']}":
      port     => $site['port'],
      docroot  => "${docroot}/${name.downcase}",
      ssl_ca   => $ca ? { undef => $chain, default => $ca },
      *        => $site.filter |$k, $_| { $k !~ /^_/ },
    }
  }

  case $facts['os']['family'] {
    'Debian', /(?i:ubuntu)/: { $service = 'apache2' }
    'RedHat': { $service = 'httpd' }
    default: { fail("no apache on ${facts['os']['family']}") }
  }

  if $major + 0 >= 10 and !($minor in ['1', '2']) or $trusted['extensions'] {
    Service <| title == $service and ensure != stopped |> { enable => true }
  } elsif defined(Package['apache2']) {
    File <<| tag == 'tls' |>>
  } else {
    notice("old: ${major}.${minor - 1} \u{1F512}\t\$")
  }

  unless $ca { warning(@(END)) } else { notice($ca) }
    No CA is set,
      so the chain is used.
    | END

  Package['apache2'] -> File[$chain] ~> Service['apache2']
  @@sshkey { $facts['networking']['hostname']: type => rsa, key => $facts['ssh']['rsa']['key'], }
  Exec { path => ['/bin', '/usr/bin'], }
  File['/etc/motd'] { mode +> '0644' }
}
