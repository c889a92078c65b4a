//! Prints what an audit of a folder finds, a fact a line: `evidence PATH...`.

use ca_audit::facts::Role;
use ca_audit::tree::Disk;
use ca_audit::{Request, audit};

fn main() {
    let evidence = audit(&Disk::new(std::env::args_os().skip(1)), &Request::default());
    println!(
        "{} files, {} understood, {} sightings",
        evidence.files_seen(),
        evidence.understood,
        evidence.certs.len()
    );
    println!("{} distinct certificates", evidence.inventory().len());
    for client in evidence.reads(Role::EtcdClient) {
        let path = evidence.path(client.read.at.file);
        println!(
            "client {} {path}@{} {:?} {:?} {:?} {:?}",
            client.fragment.consumer.id,
            client.read.at.start,
            client.read.anchor,
            client.transport,
            client.ca_paths,
            client.etcd
        );
    }
    for reliance in &evidence.reliances {
        println!(
            "{} {}@{} {:?} for {:?}: {} certificates, {:?}",
            reliance.words(),
            evidence.path(reliance.read.at.file),
            reliance.read.at.start,
            reliance.read.anchor,
            reliance.read.target,
            evidence.certs_relied_on(reliance).len(),
            reliance.ca_paths
        );
    }
    for managed in evidence.managed_cas() {
        let at = managed.write.declared_at();
        let ends: Vec<_> = managed.sources.iter().map(|source| &source.end).collect();
        println!(
            "managed {} {}@{} {ends:?}",
            managed.write.path,
            evidence.path(at.file),
            at.start
        );
    }
    for host in &evidence.hosts {
        println!("host {} at {:?}", host.name, host.root);
    }
    for records in &evidence.records {
        let files = records.catalog().map_or(0, |catalog| catalog.files.len());
        println!(
            "records of {:?} {}: {files} files in its catalog, {} runs, {} files managed, {} contents kept",
            records.host,
            records.certname,
            records.runs.len(),
            records.managed.len(),
            records.kept.len()
        );
    }
    for directory in &evidence.ssl_directories {
        println!(
            "ssl directory {} {:?} realm {:?}",
            directory.path, directory.kind, directory.realm
        );
    }
    for gap in &evidence.gaps {
        println!(
            "gap {} {}@{}: {}",
            gap.reason.name(),
            evidence.path(gap.at.file),
            gap.at.start,
            gap.message
        );
    }
}
