//! Every verified row of the knowledge table, in every form that it has: with
//! no CA, with one, with an empty one, with one in a comment, and with one under
//! a condition. The cases are made of the table, so a new row is tested by being
//! there.

use ca_audit::facts::{Anchor, Role};
use ca_audit::invocation::{Presence, SettingKind};
use ca_audit::knowledge::{Arguments, Consumer, etcd_clients};
use ca_audit::tree::Memory;
use ca_audit::{Client, Request, audit};
use std::fmt::Write as _;

/// What is said of the CA.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    Missing,
    Explicit,
    Empty,
    CommentedOut,
    Conditional,
}

const ALL: [Said; 5] = [
    Said::Missing,
    Said::Explicit,
    Said::Empty,
    Said::CommentedOut,
    Said::Conditional,
];

#[test]
fn flags() {
    let mut tried = 0;
    for row in etcd_clients() {
        let (Some(program), Some(endpoint), Some(ca)) = (
            row.names.first(),
            row.endpoint.flags.first(),
            row.ca.flags.first(),
        ) else {
            continue;
        };
        if [endpoint, ca].iter().any(|flag| flag.contains([' ', '*'])) {
            continue;
        }
        tried += 1;
        for said in ALL {
            let store = store_flag(row);
            let url = url(row);
            let start = format!("{program} {store} --{endpoint}={url}");
            let text = match said {
                Said::Missing => format!("exec {start}\n"),
                Said::Explicit => format!("exec {start} \\\n  --{ca} /ca.pem\n"),
                Said::Empty => format!("exec {start} --{ca}=\"\"\n"),
                Said::CommentedOut => format!("exec {start}\n# {program} --{ca}=/ca.pem\n"),
                Said::Conditional => {
                    format!("exec {start} <% if @tls %>--{ca}=/ca.pem<% end %>\n")
                }
            };
            holds(row, said, "x/start.erb", &text);
            let pod = format!(
                "spec:\n  containers:\n  - image: registry/{program}:1\n    command: [\"/bin/{program}\", \"--{endpoint}={url}\", \"{}\"]\n",
                if said == Said::Explicit {
                    format!("--{ca}=/ca.pem")
                } else {
                    "--x".into()
                }
            );
            if matches!(said, Said::Missing | Said::Explicit) && row.store.values.is_empty() {
                holds(row, said, "x/pod.yaml", &pod);
            }
        }
    }
    assert!(tried >= 12, "{tried}");
}

#[test]
fn environment() {
    let mut tried = 0;
    for row in etcd_clients() {
        let (Some(endpoint), Some(ca)) = (row.endpoint.env.first(), row.ca.env.first()) else {
            continue;
        };
        let program = row.names.first().copied().unwrap_or("x");
        let context = row.context_any.first().copied().unwrap_or_default();
        tried += 1;
        for said in ALL {
            let url = url(row);
            let line = match said {
                Said::Missing => String::new(),
                Said::Explicit => format!("Environment=\"{ca}=/ca.pem\"\n"),
                Said::Empty => format!("Environment={ca}=\n"),
                Said::CommentedOut => format!("# Environment={ca}=/ca.pem\n"),
                Said::Conditional => {
                    format!("<% if @tls %>\nEnvironment={ca}=/ca.pem\n<% end %>\n")
                }
            };
            let text = format!(
                "[Service]\nDescription={context}\nEnvironment={endpoint}={url}\n{line}ExecStart=/usr/bin/{program} {}\n",
                store_flag(row)
            );
            holds(row, said, "x/any.service.erb", &text);
        }
    }
    assert!(tried >= 8, "{tried}");
}

#[test]
fn keys() {
    let mut tried = 0;
    for row in etcd_clients() {
        let plain = |path: &&&str| !path.contains(['!', ' ', '"', '=', '[', '*']);
        let (Some(endpoint), Some(ca)) = (
            row.endpoint.keys.iter().find(plain),
            row.ca.keys.iter().find(plain),
        ) else {
            continue;
        };
        let Some(path) = path(row) else { continue };
        if row.arguments == Arguments::EtcdUrls || !path.contains(".y") {
            continue;
        }
        tried += 1;
        for said in ALL {
            let mut keys = kind(row);
            keys.push(((*endpoint).to_owned(), url(row)));
            match said {
                Said::Explicit | Said::Conditional => {
                    keys.push(((*ca).to_owned(), "/ca.pem".into()));
                }
                Said::Empty => keys.push(((*ca).to_owned(), "\"\"".into())),
                Said::Missing | Said::CommentedOut => {}
            }
            let mut text = document(&keys);
            if said == Said::CommentedOut {
                let _ = writeln!(text, "# {ca}: /ca.pem");
            }
            if said == Said::Conditional {
                let line = text.lines().find(|line| line.ends_with("/ca.pem")).unwrap();
                let conditional = format!("<% if @tls -%>\n{line}\n<% end -%>");
                text = text.replace(line, &conditional);
            }
            holds(row, said, &format!("{path}.erb"), &text);
        }
    }
    assert!(tried >= 8, "{tried}");
}

/// The store that the row is about, as a flag.
fn store_flag(row: &Consumer) -> String {
    let flag = row.store.settings.flags.first();
    let value = row
        .store
        .values
        .first()
        .map(|value| value.trim_end_matches('*'));
    match flag.zip(value) {
        Some((flag, value)) => format!("--{flag}={value}"),
        None => String::new(),
    }
}

fn url(row: &Consumer) -> String {
    let has_https = row.endpoint_schemes.is_empty() || row.endpoint_schemes.contains(&"https");
    let scheme = if has_https {
        "https"
    } else {
        row.endpoint_schemes[0]
    };
    format!("{scheme}://etcd1:2379")
}

/// A file that the row's globs select, or any where its document tells.
fn path(row: &Consumer) -> Option<String> {
    let Some(glob) = row.files.first() else {
        return (!row.doc_match.is_empty()).then(|| "x/any.yaml".to_owned());
    };
    let mut path = glob.replace("**/", "x/");
    while let Some(open) = path.find('{') {
        let close = path[open..].find('}')? + open;
        let first = path[open + 1..close]
            .split(',')
            .find(|it| it.starts_with('y'));
        let first = first
            .or_else(|| path[open + 1..close].split(',').next())?
            .to_owned();
        path.replace_range(open..=close, &first);
    }
    Some(path.replace('*', ""))
}

/// The keys by which the row's documents are known.
fn kind(row: &Consumer) -> Vec<(String, String)> {
    let words = row
        .doc_match
        .split_whitespace()
        .filter_map(|word| word.split_once('='));
    words
        .map(|(path, values)| {
            let value = values.split('|').next().unwrap_or_default();
            (path.to_owned(), value.replace('*', "v1"))
        })
        .collect()
}

/// A document of keys by their paths.
fn document(keys: &[(String, String)]) -> String {
    let mut text = String::new();
    let mut above: Vec<&str> = Vec::new();
    for (path, value) in keys {
        let names: Vec<&str> = path.split('.').collect();
        let shared = above.iter().zip(&names).take_while(|(a, b)| a == b).count();
        let shared = shared.min(names.len() - 1);
        for (depth, name) in names.iter().enumerate().skip(shared) {
            let value = if depth + 1 == names.len() {
                value.as_str()
            } else {
                ""
            };
            let _ = writeln!(text, "{}{name}: {value}", "  ".repeat(depth));
        }
        above = names;
    }
    text
}

fn holds(row: &'static Consumer, said: Said, path: &str, text: &str) {
    let tree = Memory::new().with(path, text);
    let evidence = audit(&tree, &Request::default());
    let program = row.program();
    let of_row = |client: &&Client| client.fragment.consumer.program() == program;
    let clients: Vec<&Client> = evidence.reads(Role::EtcdClient).filter(of_row).collect();
    assert!(
        !clients.is_empty(),
        "{}: {said:?}: no client in {path}\n{text}",
        row.id
    );
    for client in clients {
        let names_a_ca = matches!(client.read.anchor, Anchor::Path { .. });
        let should = matches!(said, Said::Explicit | Said::Conditional);
        assert_eq!(names_a_ca, should, "{}: {said:?} in {path}\n{text}", row.id);
        let mut cas = client.fragment.active(SettingKind::Ca);
        let is_conditional = cas.any(|ca| matches!(ca.presence, Presence::Conditional(_)));
        assert_eq!(
            is_conditional,
            said == Said::Conditional,
            "{}: {text}",
            row.id
        );
    }
}

#[test]
fn verification_switched_off_in_code_and_tasks() {
    let call = "requests.get(\n    \"https://{host}:2379/health\".format(host=host),\n    verify=False\n)\n";
    let task = "- name: wait\n  uri:\n    url: \"{{ etcd_urls.split(',') | first }}/health\"\n    validate_certs: false\n";
    let shell = "curl -sk \"https://${ETCD}/v2/keys/a\"\n";
    for (path, text) in [
        ("x/check.py", call),
        ("roles/a/tasks/main.yml", task),
        ("x/check.sh", shell),
    ] {
        let tree = Memory::new().with(path, text);
        let evidence = audit(&tree, &Request::default());
        let mut clients = evidence.reads(Role::EtcdClient);
        let client = clients
            .next()
            .unwrap_or_else(|| panic!("no client in {path}"));
        let mut insecure = client.fragment.active(SettingKind::Insecure);
        assert!(
            insecure.next().is_some(),
            "{path}: {:?}",
            client.fragment.settings
        );
    }
}

#[test]
fn settings_in_the_query_of_a_url() {
    let tooz = |query: &str| {
        let conf = format!("[coordination]\nbackend_url = etcd3+https://a:2379{query}\n");
        ("x/cinder.conf", conf)
    };
    let juicefs = |query: &str| {
        let script = format!("juicefs mount \"etcd://a:2379,b:2379/p{query}\" /mnt\n");
        ("x/mount.sh", script)
    };
    for ((path, text), ca) in [
        (tooz("?ca_cert=/ca.pem"), Some("/ca.pem")),
        (tooz("?x=1&ca_cert=%2Fca.pem&cert_key=/k"), Some("/ca.pem")),
        (tooz(""), None),
        (tooz("?ca_cert="), None),
        (tooz("?cert_cert=/c.pem&cert_key=/k"), None),
        (juicefs("?cacert=/ca.pem&cert=/c.pem"), Some("/ca.pem")),
        (juicefs("?key=/k"), None),
        (juicefs(""), None),
    ] {
        let tree = Memory::new().with(path, text.as_str());
        let evidence = audit(&tree, &Request::default());
        let clients: Vec<&Client> = evidence.reads(Role::EtcdClient).collect();
        let [client] = clients.as_slice() else {
            panic!("{} clients in {text}", clients.len());
        };
        let named = match &client.read.anchor {
            Anchor::Path { path, .. } => path.as_str(),
            _ => None,
        };
        assert_eq!(named, ca, "{text}");
    }
}

#[test]
fn the_program_that_is_named_has_the_variables() {
    let pod = "spec:\n  containers:\n  - image: quay.io/calico/ctl:v3\n    env:\n    - name: ETCD_ENDPOINTS\n      value: https://a:2379\n    # - name: ETCD_CA_CERT_FILE\n    #   value: /ca.pem\n";
    let tree = Memory::new().with("x/calicoctl.yaml", pod);
    let evidence = audit(&tree, &Request::default());
    let clients = evidence.reads(Role::EtcdClient);
    let programs: Vec<&str> = clients
        .map(|client| client.fragment.consumer.program())
        .collect();
    assert_eq!(programs, ["calicoctl"]);
}

#[test]
fn a_configuration_that_only_lists_images_is_no_client() {
    let head = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nimageRepository: registry.example.org\n";
    let etcd = "etcd:\n  external:\n    endpoints:\n    - https://a:2379\n";
    for (rest, count) in [
        ("dns:\n  imageTag: v1\n", 0),
        ("controlPlaneEndpoint: a:6443\n", 1),
    ] {
        let tree = Memory::new().with("x/any.yaml", format!("{head}{etcd}{rest}"));
        let evidence = audit(&tree, &Request::default());
        assert_eq!(evidence.reads(Role::EtcdClient).count(), count, "{rest}");
    }
}

#[test]
fn flags_that_are_keys_of_a_hash() {
    let class = |rest: &str| {
        format!("class x($servers) {{\n  package {{ 'kube-apiserver': }}\n  {rest}\n}}\n")
    };
    for (code, expected) in [
        (
            "$_args = x::format_arguments({ etcd_servers => 'https://a:2379', etcd_cafile => '/ca.pem' } + $more)",
            Some(true),
        ),
        (
            "$args = { 'etcd-servers' => 'https://a:2379', 'v' => 1 }",
            Some(false),
        ),
        (
            "$args = { 'etcd-servers' => ['https://a:2379', 'https://b:2379'] }",
            Some(false),
        ),
        (
            "x::run { 'a': extra_args => { '--etcd-servers' => \"https://${a}:2379\", '--etcd-cafile' => undef } }",
            Some(false),
        ),
        ("class { 'y': etcd_servers => 'https://a:2379' }", None),
        ("$hosts = { 'etcd_servers' => 'https://a:2379' }", None),
    ] {
        let tree = Memory::new().with("modules/x/manifests/init.pp", class(code));
        let evidence = audit(&tree, &Request::default());
        let named: Vec<bool> = evidence
            .reads(Role::EtcdClient)
            .map(|client| matches!(client.read.anchor, Anchor::Path { .. }))
            .collect();
        assert_eq!(named, Vec::from_iter(expected), "{code}");
    }
}

#[test]
fn files_that_stand_in_a_document() {
    let map = |rest: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  etcd-config: |-\n    ---\n    endpoints:\n      - https://a:2379\n{rest}"
        )
    };
    let cloud = |rest: &str| {
        format!(
            "#cloud-config\nwrite_files:\n- path: /etc/calico/calicoctl.cfg\n  content: |\n    apiVersion: projectcalico.org/v3\n    kind: CalicoAPIConfig\n    spec:\n      etcdEndpoints: https://a:2379\n{rest}"
        )
    };
    for (text, line, has_ca) in [
        (map(""), 7, false),
        (map("    trusted-ca-file: /ca.pem\n"), 7, true),
        (cloud(""), 8, false),
        (cloud("      etcdCACertFile: /ca.pem\n"), 8, true),
    ] {
        let tree = Memory::new().with("x/map.yaml", text.as_str());
        let evidence = audit(&tree, &Request::default());
        let clients: Vec<&Client> = evidence.reads(Role::EtcdClient).collect();
        let [client] = clients.as_slice() else {
            panic!("{} clients in {text}", clients.len());
        };
        let names_a_ca = matches!(client.read.anchor, Anchor::Path { .. });
        assert_eq!(names_a_ca, has_ca, "{text}");
        let at = client.read.at.end as usize;
        assert_eq!(text[..at].lines().count(), line, "{text}");
    }
}
