//! What Kubernetes wants of a node, as plain data: what bears on packets, and no more.
//!
//! Source: the API reference of Kubernetes, `v1` and `discovery.k8s.io/v1`.

use std::net::IpAddr;

use fwlint_syntax::{Span, companions::Prefix};

/// An object of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// A Service.
    Service(Service),
    /// An `EndpointSlice`, or a subset of an Endpoints object, which says the same.
    EndpointSlice(EndpointSlice),
    /// A Pod.
    Pod(Pod),
    /// A Node.
    Node(KubernetesNode),
}

/// A Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The whole object.
    pub span: Span,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// How it can be reached.
    pub kind: ServiceKind,
    /// Its own addresses; none if it is headless.
    pub cluster_ips: Vec<IpAddr>,
    /// Other addresses that it answers on.
    pub external_ips: Vec<IpAddr>,
    /// The addresses of its load balancer, where packets come with these as destination.
    pub load_balancer_ips: Vec<IpAddr>,
    /// Who may come by the load balancer; everybody if there is none.
    pub source_ranges: Vec<Prefix>,
    /// Its ports.
    pub ports: Vec<ServicePort>,
    /// What comes from outside is answered by the node's own endpoints only.
    pub is_external_local: bool,
    /// What comes from inside is answered by the node's own endpoints only.
    pub is_internal_local: bool,
    /// For how many seconds a client stays with its endpoint.
    pub client_affinity: Option<u32>,
    /// Where the load balancer asks whether the node has endpoints.
    pub health_check_port: Option<u16>,
}

/// How a Service can be reached; each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceKind {
    /// By a name only.
    ExternalName,
    /// In the cluster.
    ClusterIp,
    /// By a port of every node.
    NodePort,
    /// By a load balancer.
    LoadBalancer,
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePort {
    /// Its name; empty if there is but one port.
    pub name: String,
    /// TCP, UDP or SCTP, as a number.
    pub protocol: u8,
    /// The port.
    pub port: u16,
    /// The port of every node that leads there.
    pub node_port: Option<u16>,
    /// The Pods' port.
    pub target: TargetPort,
}

/// A port of a Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetPort {
    /// By number.
    Number(u16),
    /// By the name that a container gives it.
    Name(String),
}

/// Some of a Service's endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointSlice {
    /// The whole object.
    pub span: Span,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The Service it belongs to, of the same namespace.
    pub service: Option<String>,
    /// Who answers.
    pub endpoints: Vec<Endpoint>,
    /// On which ports.
    pub ports: Vec<EndpointPort>,
}

/// Somebody who answers for a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where, each as good as the other.
    pub addresses: Vec<IpAddr>,
    /// It can be sent new connections.
    pub is_ready: bool,
    /// It answers, though it may be about to end.
    pub is_serving: bool,
    /// It is about to end.
    pub is_terminating: bool,
    /// On which node it is.
    pub node: Option<String>,
}

/// A port of an [`EndpointSlice`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointPort {
    /// The name of the Service's port; empty if it has none.
    pub name: String,
    /// TCP, UDP or SCTP, as a number.
    pub protocol: u8,
    /// The port; `None` is all of them.
    pub port: Option<u16>,
}

/// A Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pod {
    /// The whole object.
    pub span: Span,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// On which node it is.
    pub node: Option<String>,
    /// Its addresses; those of the node if it has the node's network.
    pub ips: Vec<IpAddr>,
    /// It has the node's network.
    pub has_host_network: bool,
    /// It is neither waiting to begin nor has it ended.
    pub is_running: bool,
    /// The ports that its containers name.
    pub ports: Vec<ContainerPort>,
}

/// A port of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerPort {
    /// Its name; empty if it has none.
    pub name: String,
    /// TCP, UDP or SCTP, as a number.
    pub protocol: u8,
    /// The port.
    pub port: u16,
    /// The node's port that leads there.
    pub host_port: Option<u16>,
    /// The node's address that the port is on; `None` is all.
    pub host_ip: Option<IpAddr>,
}

/// A Node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubernetesNode {
    /// The whole object.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// Its addresses, inside and outside of the cluster.
    pub ips: Vec<IpAddr>,
    /// The addresses that its Pods get.
    pub pod_networks: Vec<Prefix>,
}
