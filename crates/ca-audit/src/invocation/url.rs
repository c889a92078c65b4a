//! Tells whether a URL is an etcd's: programs that fetch any URL are clients
//! of etcd only where they fetch one of these.

use super::HOLE;

/// Ports on which etcd serves its clients: the present one, that of before
/// 2.0, and the usual one for metrics.
///
/// Source: etcd's `--listen-client-urls` and `--listen-metrics-urls`, and the
/// list of service names and ports of IANA (`etcd-client`, 2379).
const PORTS: [&str; 3] = [":2379", ":4001", ":2381"];

/// Paths of etcd's interfaces over HTTP.
///
/// Source: etcd's documentation of the v2 API and of the gRPC gateway.
const INTERFACES: [&str; 9] = [
    "/v2/keys",
    "/v2/members",
    "/v2/stats",
    "/v3/kv",
    "/v3/cluster",
    "/v3/maintenance",
    "/v3beta/",
    "/v3alpha/",
    "/v2/auth",
];

/// What stands after a server of which only its name tells that it is an etcd.
const PATHS: [&str; 10] = [
    "", "/", "/health", "/healthz", "/livez", "/readyz", "/version", "/metrics", "/v2", "/v3",
];

/// What the names of expressions have for where etcd itself is fetched from:
/// `etcd_download_url`.
const DOWNLOADS: [&str; 4] = ["download", "release", "archive", "tarball"];

/// Whether `url` is an etcd's: by its port, by its path, or because its server
/// (or the expression that stands for it, as `names` says) is called so.
pub(super) fn is_etcd_url(url: &str, names: &[&str]) -> bool {
    let url = url.trim_matches(['"', '\'', '(', ')', ',', ' ']);
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = after_scheme.find('/').unwrap_or(after_scheme.len());
    let (authority, path) = after_scheme.split_at(end);
    if authority.is_empty() {
        return false;
    }
    let has_port = |port: &&str| {
        authority
            .find(*port)
            .is_some_and(|at| !authority[at + port.len()..].starts_with(|c: char| c.is_numeric()))
    };
    PORTS.iter().any(has_port)
        || INTERFACES.iter().any(|start| path.starts_with(start))
        || (is_called_etcd(authority, names) && is_server_path(path))
}

/// `etcd`, `etcd-client`, `etcd1:8443`: a name without a domain, or an
/// expression that has the word.
fn is_called_etcd(authority: &str, names: &[&str]) -> bool {
    let named = |name: &&str| {
        let name = name.to_ascii_lowercase();
        let is_download = DOWNLOADS.iter().any(|word| name.contains(word));
        name.contains("etcd") && !is_download
    };
    let host = authority.split(':').next().unwrap_or_default();
    let is_expression = authority.contains([HOLE, '$', '{', '<']);
    (is_expression && (names.iter().any(named) || named(&authority)))
        || (!host.contains('.') && named(&host))
}

fn is_server_path(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    PATHS.contains(&path.trim_end_matches('/')) || PATHS.contains(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_etcd() {
        for url in [
            "https://10.0.0.1:2379/health",
            "\"https://etcd1.example.org:2379\"",
            "https://${ETCD}/v2/keys/a",
            "${ETCD_ENDPOINT}/health",
            "https://etcd",
            "https://$HOST:4001/v2/keys",
            "https://etcd-client/metrics",
        ] {
            assert!(is_etcd_url(url, &[]), "{url}");
        }
        for url in [
            "https://discovery.etcd.io/new?size=3",
            "https://github.com/etcd-io/etcd/releases/download/v1/x.tgz",
            "${ETCD_DOWNLOAD_URL}/v3.4/etcd.tar.gz",
            "https://x:23790/",
            "/v2/keys",
            "https://etcd.io",
        ] {
            assert!(!is_etcd_url(url, &[]), "{url}");
        }
        assert!(is_etcd_url(&format!("{HOLE}/health"), &["etcd_url"]));
        assert!(!is_etcd_url(&format!("{HOLE}/health"), &["url"]));
    }
}
