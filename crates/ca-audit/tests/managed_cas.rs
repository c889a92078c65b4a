//! Shapes in which Puppet code writes CA files, each by itself: what is found, and
//! where its content is said.

use ca_audit::tree::Memory;
use ca_audit::{Evidence, Request, audit};

fn evidence(manifest: &str) -> Evidence {
    let tree = Memory::new().with("modules/a/manifests/init.pp", manifest);
    audit(&tree, &Request::default())
}

/// The paths, each once, in order.
fn paths(manifest: &str) -> Vec<String> {
    let evidence = evidence(manifest);
    let managed = evidence.managed_cas().into_iter();
    let mut paths: Vec<String> = managed.map(|it| it.write.path.to_string()).collect();
    paths.sort();
    paths.dedup();
    paths
}

#[test]
fn a_variable_says_that_it_is_a_ca() {
    for (code, path) in [
        (
            "class a($ca_certificate = '/etc/ssl/snakeoil.pem') { file { $ca_certificate: content => $x } }",
            "/etc/ssl/snakeoil.pem",
        ),
        (
            "class a($root_ca_file) { file { $root_ca_file: source => \"/etc/pki/${x}\" } }",
            "${root_ca_file}",
        ),
        (
            "class a($dir) { file { \"${dir}/trusted.pem\": content => $facts['x']['localcacert'] } }",
            "",
        ),
        (
            "define a($dir, $file = \"${name}.chain\") { file { \"${dir}/${file}\": source => \"/etc/ssl/${x}\" } }",
            "${dir}/${title}.chain",
        ),
    ] {
        let expected: Vec<&str> = Some(path).filter(|it| !it.is_empty()).into_iter().collect();
        assert_eq!(paths(code), expected, "{code}");
    }
}

#[test]
fn a_defined_type_says_that_it_is_a_cas() {
    let code = "define a::ca_cert($source) {\n  file { \"/etc/pki/app/${name}\": source => $source }\n  file { '/etc/pki/app/app.conf': source => $source }\n}\n";
    assert_eq!(paths(code), ["/etc/pki/app/${title}"]);
    let code = "define a::cert($source) { file { \"/etc/pki/app/${name}\": source => $source } }\n";
    assert!(paths(code).is_empty());
}

#[test]
fn content_that_is_said_in_a_lambda() {
    let code = "define a($ca) {\n  file { [\"/etc/a/${name}.crt\", \"/etc/a/${name}-ca.crt\"]: }\n  ({ \"/etc/a/${name}-ca.crt\" => $ca }).each |$file, $text| {\n    if $text =~ /^puppet:/ { File[$file] { source => $text } } else { File[$file] { content => $text } }\n  }\n}\n";
    assert_eq!(paths(code), ["/etc/a/${title}-ca.crt"]);
}

#[test]
fn a_collector_says_more_of_a_file_of_an_absent_module() {
    let code = "class a {\n  File <| title == $puppetdb::ssl_ca_cert_path |> {\n    source => \"file://${facts['localcacert']}\",\n  }\n}\n";
    assert_eq!(paths(code), ["${puppetdb::ssl_ca_cert_path}"]);
    let code = "class a {\n  file { '/etc/a/x.pem': }\n  File <| title == '/etc/a/x.pem' |> { source => '/etc/b/ca.pem' }\n}\n";
    assert_eq!(paths(code), ["/etc/a/x.pem"]);
}

#[test]
fn hashes_of_which_nothing_is_known() {
    let by = |call: &str| {
        paths(&format!(
            "class a($cas = {{}}) {{ {call} }}\ndefine a::add($source = undef) {{\n  file {{ \"/usr/local/share/ca-certificates/${{name}}.crt\": source => $source }}\n}}\n"
        ))
    };
    for call in [
        "create_resources('a::add', $cas)",
        "$cas.each |$name, $cert| { a::add { $name: * => $cert } }",
    ] {
        let found = by(call);
        let is_open = |path: &String| path.starts_with("/usr/local/share/ca-certificates/${");
        assert!(
            !found.is_empty() && found.iter().all(is_open),
            "{call}: {found:?}"
        );
    }
}

#[test]
fn two_branches_of_one_choice_are_never_taken_together() {
    let code = "class a {\n  $dir = $facts['os'] ? { 'x' => '/etc/x', 'y' => '/etc/y', default => '/etc/z' }\n  file { \"${dir}/ca.pem\": source => \"${dir}/own/ca.pem\" }\n}\n";
    let evidence = evidence(code);
    let managed = evidence.managed_cas();
    assert_eq!(managed.len(), 3);
    for one in managed {
        let path = one.write.path.to_string();
        let own = path.replace("/ca.pem", "/own/ca.pem");
        let [source] = &one.sources[..] else {
            panic!("{:?}", one.sources);
        };
        assert!(format!("{:?}", source.end).contains(&own), "{source:?}");
    }
}

#[test]
fn each_entry_of_a_data_hash_has_its_place() {
    let data = "a::files:\n  '/etc/motd':\n    content: x\n  '/etc/ssl/ca-bundle.crt':\n    source: puppet:///modules/a/x.crt\n";
    let tree = Memory::new().with("hieradata/common.yaml", data).with(
        "modules/a/manifests/init.pp",
        "class a($files) { create_resources('file', $files) }\n",
    );
    let evidence = audit(&tree, &Request::default());
    let managed = evidence.managed_cas();
    let origin = &managed[0].sources[0].from[0];
    let line = data[..origin.at.start as usize].lines().count();
    assert_eq!((&*origin.what, line), ("hiera key a::files", 5));
}

#[test]
fn what_a_host_signs_for_itself_is_its_own() {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    let found = |name: &str| {
        let tree = Memory::new().with("modules/a/files/x", pem.as_str()).with(
            "modules/a/manifests/init.pp",
            format!("class a {{ file {{ '/etc/a/{name}': source => 'puppet:///modules/a/x' }} }}"),
        );
        audit(&tree, &Request::default()).managed_cas().len()
    };
    assert_eq!(found("server.crt"), 0);
    assert_eq!(found("public_key.pkcs7.pem"), 0);
    assert_eq!(found("corp.crt"), 1);
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, "*.apps.example.org");
    let key = rcgen::KeyPair::generate().unwrap();
    let named = params.self_signed(&key).unwrap().pem();
    let tree = Memory::new().with("modules/a/files/x", named).with(
        "modules/a/manifests/init.pp",
        "class a { file { '/etc/a/apps.crt': source => 'puppet:///modules/a/x' } }",
    );
    assert!(audit(&tree, &Request::default()).managed_cas().is_empty());
}
