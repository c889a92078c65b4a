//! What a CA is trusted for.

/// What a CA is trusted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// A client's CA for an etcd server.
    EtcdClient,
    /// The other members of the cluster.
    Peers,
    /// The API server of Kubernetes.
    ApiServer,
    /// The clients of a server.
    Clients,
    /// The proxy in front of an extension of the API server
    /// (`--requestheader-client-ca-file`).
    FrontProxy,
    /// The kubelets.
    Kubelets,
    /// A webhook.
    Webhook,
    /// An API that the API server passes on to another server.
    AggregatedApi,
    /// Who tells users from each other: OIDC, Keystone.
    IdentityProvider,
    /// What every Pod gets beside its token (`--root-ca-file`).
    ServiceAccountRoot,
    /// It is no anchor: the program signs with it.
    Signing,
    /// An image registry.
    Registry,
    /// The servers behind a proxy.
    Upstream,
    /// Who issues certificates: ACME, Vault.
    Issuer,
    /// What a monitoring system asks.
    Scraped,
    /// Where sources are fetched from: Git, Helm repositories.
    Source,
    /// An object store.
    Storage,
    /// A proxy on the way out.
    Proxy,
    /// A directory.
    Ldap,
    /// Whatever its users make of it.
    Bundle,
    /// Puppet's servers.
    PuppetServer,
    /// Other servers.
    Server,
}

impl Role {
    /// The CA in this role, in words that follow a program's name: `client CA`.
    pub fn noun(self) -> &'static str {
        match self {
            Self::EtcdClient => "etcd CA",
            Self::Peers => "peer CA",
            Self::ApiServer => "API server CA",
            Self::Clients => "client CA",
            Self::FrontProxy => "front-proxy CA",
            Self::Kubelets => "kubelet CA",
            Self::Webhook => "webhook CA",
            Self::AggregatedApi => "aggregated API CA",
            Self::IdentityProvider => "identity provider CA",
            Self::ServiceAccountRoot => "service-account root CA",
            Self::Signing => "signing CA",
            Self::Registry => "registry CA",
            Self::Upstream => "upstream CA",
            Self::Issuer => "issuer CA",
            Self::Scraped => "scrape target CA",
            Self::Source => "source server CA",
            Self::Storage => "object store CA",
            Self::Proxy => "egress proxy CA",
            Self::Ldap => "LDAP CA",
            Self::Bundle => "trust bundle",
            Self::PuppetServer => "Puppet CA",
            Self::Server => "server CA",
        }
    }
}
