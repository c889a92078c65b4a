node default { include role::plain }
node 'etcd1.example.org', /^etcd\d+\./ inherits default {
  class { 'role::etcd': ca => lookup('etcd::ca', String, 'first', undef), }
}

define tools::unit (
  $ensure = present, $content = template("tools/unit.erb"),
) {
  file {
    "/etc/systemd/system/${title}.service":
      content => $content;
    "/etc/default/${title}":
      source => ["puppet:///modules/tools/${::hostname}", 'puppet:///modules/tools/default'];
    default:
      ensure => $ensure, owner => root,
  }
}

function tools::url(String $host, Integer $port = 0x94B) >> String {
  "https://${host}:${$port}/v2?q=%20#top"
}

type Tools::Port = Variant[Integer[1], Pattern[/\A\d{1,5}\z/], Enum['any']]

$text = @("EOT"/tn$L)
    ExecStart=/usr/bin/etcd --trusted-ca-file=${ca} \
      --name=$name\n
    |- EOT

$sum = -1 * (2 + 3) % 4 << 1
$deep = { 'a' => [1, { b => [$x[0][-1], *$rest] }], c => 1.5e-3, }
create_resources('file', { '/a' => {} }, { mode => "0${umask}44" })
$joined = $deep['a'].map |$v| { $v ? { Integer => "${v}", default => '' } }.join(',')
/* not
   used */
