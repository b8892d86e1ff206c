//! `kubectl get -o json` of services, endpointslices, endpoints, pods and nodes, in lists or alone.

use std::net::IpAddr;

use fwlint_model::{
    node::{
        ContainerPort, Endpoint, EndpointPort, EndpointSlice, KubernetesNode, Object, Pod, Service,
        ServiceKind, ServicePort, TargetPort,
    },
    syntax::{Span, companions::Reading},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::{Json, Text};

/// What is common to all objects. A list has items.
#[derive(Deserialize)]
struct Head<'s> {
    #[serde(borrow)]
    kind: Option<Text<'s>>,
    #[serde(default, borrow)]
    items: Option<Vec<&'s RawValue>>,
}

#[derive(Deserialize)]
struct Meta<'s> {
    #[serde(borrow)]
    name: Text<'s>,
    #[serde(borrow)]
    namespace: Option<Text<'s>>,
    #[serde(borrow)]
    labels: Option<Labels<'s>>,
}

#[derive(Deserialize)]
struct Labels<'s> {
    #[serde(rename = "kubernetes.io/service-name", borrow)]
    service: Option<Text<'s>>,
}

pub(super) fn read(source: &[u8]) -> Reading<Vec<Object>> {
    let mut json = Json::<Vec<Object>>::new(source);
    let mut open: Vec<(&RawValue, String)> =
        json.values().into_iter().map(|value| (value, String::new())).collect();
    // A list's items come before what stands behind the list.
    open.reverse();
    while let Some((raw, kind_of_list)) = open.pop() {
        if raw.get().starts_with('[') {
            let items = json.value::<Vec<&RawValue>>(raw).unwrap_or_default();
            open.extend(items.into_iter().rev().map(|item| (item, String::new())));
            continue;
        }
        let Some(head) = json.value::<Head<'_>>(raw) else { continue };
        let kind = head.kind.map_or(kind_of_list, Text::into_string);
        match head.items {
            // The API itself names the kind in the list only: `ServiceList`.
            Some(items) => {
                let kind = kind.strip_suffix("List").unwrap_or_default();
                open.extend(items.into_iter().rev().map(|item| (item, kind.to_owned())));
            }
            None => object(&kind, raw, &mut json),
        }
    }
    json.reading
}

/// Objects of other kinds are left out.
fn object<'s>(kind: &str, raw: &'s RawValue, json: &mut Json<'s, Vec<Object>>) {
    let span = json.span(raw.get().as_bytes());
    match kind {
        "Service" => {
            let service = json.value(raw).map(|read| service(span, read, json)).map(Object::Service);
            json.reading.content.extend(service);
        }
        "EndpointSlice" => {
            let slice = json.value(raw).map(|read| slice(span, read, json)).map(Object::EndpointSlice);
            json.reading.content.extend(slice);
        }
        "Endpoints" => {
            let slices = json.value(raw).map(|read| endpoints(span, read, json)).unwrap_or_default();
            json.reading.content.extend(slices.into_iter().map(Object::EndpointSlice));
        }
        "Pod" => {
            let pod = json.value(raw).map(|read| pod(span, read, json)).map(Object::Pod);
            json.reading.content.extend(pod);
        }
        "Node" => {
            let node = json.value(raw).map(|read| node(span, read, json)).map(Object::Node);
            json.reading.content.extend(node);
        }
        _ => {}
    }
}

#[derive(Deserialize)]
struct ServiceJson<'s> {
    #[serde(borrow)]
    metadata: Meta<'s>,
    #[serde(borrow)]
    spec: ServiceSpec<'s>,
    #[serde(borrow)]
    status: Option<ServiceStatus<'s>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServiceSpec<'s> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'s>>,
    #[serde(rename = "clusterIP", borrow)]
    cluster_ip: Option<Text<'s>>,
    #[serde(rename = "clusterIPs", borrow)]
    cluster_ips: Option<Vec<Text<'s>>>,
    #[serde(rename = "externalIPs", borrow)]
    external_ips: Option<Vec<Text<'s>>>,
    #[serde(borrow)]
    load_balancer_source_ranges: Option<Vec<Text<'s>>>,
    #[serde(borrow)]
    ports: Option<Vec<ServicePortJson<'s>>>,
    #[serde(borrow)]
    external_traffic_policy: Option<Text<'s>>,
    #[serde(borrow)]
    internal_traffic_policy: Option<Text<'s>>,
    #[serde(borrow)]
    session_affinity: Option<Text<'s>>,
    session_affinity_config: Option<AffinityConfig>,
    health_check_node_port: Option<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AffinityConfig {
    #[serde(rename = "clientIP")]
    client_ip: Option<ClientIp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientIp {
    timeout_seconds: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServicePortJson<'s> {
    #[serde(borrow)]
    name: Option<Text<'s>>,
    #[serde(borrow)]
    protocol: Option<Text<'s>>,
    port: u16,
    node_port: Option<u16>,
    #[serde(borrow)]
    target_port: Option<NumberOrName<'s>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrName<'s> {
    Number(u16),
    #[serde(borrow)]
    Name(Text<'s>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServiceStatus<'s> {
    #[serde(borrow)]
    load_balancer: Option<LoadBalancer<'s>>,
}

#[derive(Deserialize)]
struct LoadBalancer<'s> {
    #[serde(borrow)]
    ingress: Option<Vec<Ingress<'s>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ingress<'s> {
    #[serde(borrow)]
    ip: Option<Text<'s>>,
    #[serde(borrow)]
    ip_mode: Option<Text<'s>>,
}

fn service<'s>(span: Span, read: ServiceJson<'s>, json: &mut Json<'s, Vec<Object>>) -> Service {
    let ServiceJson { metadata, spec, status } = read;
    let is_local = |policy: Option<Text<'_>>| policy.as_deref() == Some("Local");
    let kind = match spec.kind.as_deref() {
        Some("NodePort") => ServiceKind::NodePort,
        Some("LoadBalancer") => ServiceKind::LoadBalancer,
        Some("ExternalName") => ServiceKind::ExternalName,
        _ => ServiceKind::ClusterIp,
    };
    let cluster_ips = spec.cluster_ips.unwrap_or_else(|| spec.cluster_ip.into_iter().collect());
    let ingress = status.and_then(|status| status.load_balancer?.ingress).unwrap_or_default();
    // With the mode `Proxy` packets come with the node's own address as destination.
    let virtual_ips = ingress.into_iter().filter(|ingress| ingress.ip_mode.as_deref() != Some("Proxy"));
    let affinity = spec.session_affinity.as_deref() == Some("ClientIP");
    let timeout = spec.session_affinity_config.and_then(|config| config.client_ip?.timeout_seconds);
    Service {
        span,
        kind,
        cluster_ips: addresses(cluster_ips, json),
        external_ips: addresses(spec.external_ips.unwrap_or_default(), json),
        load_balancer_ips: addresses(virtual_ips.filter_map(|ingress| ingress.ip), json),
        source_ranges: spec
            .load_balancer_source_ranges
            .unwrap_or_default()
            .iter()
            .filter_map(|range| json.network(range))
            .collect(),
        ports: spec
            .ports
            .unwrap_or_default()
            .into_iter()
            .filter_map(|port| service_port(port, json))
            .collect(),
        is_external_local: is_local(spec.external_traffic_policy),
        is_internal_local: is_local(spec.internal_traffic_policy),
        // Three hours is the API's default.
        client_affinity: affinity.then(|| timeout.unwrap_or(10_800)),
        health_check_port: spec.health_check_node_port.filter(|&port| port != 0),
        namespace: text(metadata.namespace),
        name: metadata.name.into_string(),
    }
}

fn service_port<'s>(port: ServicePortJson<'s>, json: &mut Json<'s, Vec<Object>>) -> Option<ServicePort> {
    Some(ServicePort {
        protocol: protocol(port.protocol.as_ref(), json)?,
        port: port.port,
        node_port: port.node_port.filter(|&port| port != 0),
        target: match port.target_port {
            Some(NumberOrName::Number(number)) if number != 0 => TargetPort::Number(number),
            Some(NumberOrName::Name(name)) if !name.is_empty() => TargetPort::Name(name.into_string()),
            _ => TargetPort::Number(port.port),
        },
        name: text(port.name),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SliceJson<'s> {
    #[serde(borrow)]
    metadata: Meta<'s>,
    #[serde(borrow)]
    address_type: Option<Text<'s>>,
    #[serde(borrow)]
    endpoints: Option<Vec<EndpointJson<'s>>>,
    #[serde(borrow)]
    ports: Option<Vec<PortJson<'s>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EndpointJson<'s> {
    #[serde(default, borrow)]
    addresses: Option<Vec<Text<'s>>>,
    conditions: Option<Conditions>,
    #[serde(borrow)]
    node_name: Option<Text<'s>>,
}

#[derive(Default, Deserialize)]
struct Conditions {
    ready: Option<bool>,
    serving: Option<bool>,
    terminating: Option<bool>,
}

#[derive(Deserialize)]
struct PortJson<'s> {
    #[serde(borrow)]
    name: Option<Text<'s>>,
    #[serde(borrow)]
    protocol: Option<Text<'s>>,
    port: Option<u16>,
}

fn slice<'s>(span: Span, read: SliceJson<'s>, json: &mut Json<'s, Vec<Object>>) -> EndpointSlice {
    let SliceJson { metadata, address_type, endpoints, ports } = read;
    // The others are host names.
    let has_addresses = address_type.as_deref() != Some("FQDN");
    let endpoints = endpoints.unwrap_or_default().into_iter().filter(|_| has_addresses);
    EndpointSlice {
        span,
        endpoints: endpoints
            .map(|endpoint| {
                let conditions = endpoint.conditions.unwrap_or_default();
                // What is not said of readiness is yes, by the API.
                let is_ready = conditions.ready.unwrap_or(true);
                Endpoint {
                    addresses: addresses(endpoint.addresses.unwrap_or_default(), json),
                    is_ready,
                    is_serving: conditions.serving.unwrap_or(is_ready),
                    is_terminating: conditions.terminating.unwrap_or(false),
                    node: endpoint.node_name.map(Text::into_string),
                }
            })
            .collect(),
        ports: endpoint_ports(ports, json),
        service: metadata.labels.and_then(|labels| labels.service).map(Text::into_string),
        namespace: text(metadata.namespace),
        name: metadata.name.into_string(),
    }
}

#[derive(Deserialize)]
struct EndpointsJson<'s> {
    #[serde(borrow)]
    metadata: Meta<'s>,
    #[serde(borrow)]
    subsets: Option<Vec<Subset<'s>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subset<'s> {
    #[serde(borrow)]
    addresses: Option<Vec<SubsetAddress<'s>>>,
    #[serde(borrow)]
    not_ready_addresses: Option<Vec<SubsetAddress<'s>>>,
    #[serde(borrow)]
    ports: Option<Vec<PortJson<'s>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SubsetAddress<'s> {
    #[serde(borrow)]
    ip: Text<'s>,
    #[serde(borrow)]
    node_name: Option<Text<'s>>,
}

/// Each subset says what an `EndpointSlice` says.
fn endpoints<'s>(
    span: Span,
    read: EndpointsJson<'s>,
    json: &mut Json<'s, Vec<Object>>,
) -> Vec<EndpointSlice> {
    let EndpointsJson { metadata, subsets } = read;
    let (namespace, name) = (text(metadata.namespace), metadata.name.into_string());
    let slices = subsets.unwrap_or_default().into_iter().map(|subset| {
        let ready = subset.addresses.unwrap_or_default().into_iter().map(|address| (address, true));
        let others =
            subset.not_ready_addresses.unwrap_or_default().into_iter().map(|address| (address, false));
        EndpointSlice {
            span,
            namespace: namespace.clone(),
            name: name.clone(),
            service: Some(name.clone()),
            endpoints: ready
                .chain(others)
                .map(|(address, is_ready)| Endpoint {
                    addresses: addresses([address.ip], json),
                    is_ready,
                    is_serving: is_ready,
                    is_terminating: false,
                    node: address.node_name.map(Text::into_string),
                })
                .collect(),
            ports: endpoint_ports(subset.ports, json),
        }
    });
    slices.collect()
}

fn endpoint_ports<'s>(
    ports: Option<Vec<PortJson<'s>>>,
    json: &mut Json<'s, Vec<Object>>,
) -> Vec<EndpointPort> {
    let ports = ports.unwrap_or_default().into_iter();
    ports
        .filter_map(|port| {
            let protocol = protocol(port.protocol.as_ref(), json)?;
            Some(EndpointPort { name: text(port.name), protocol, port: port.port })
        })
        .collect()
}

#[derive(Deserialize)]
struct PodJson<'s> {
    #[serde(borrow)]
    metadata: Meta<'s>,
    #[serde(borrow)]
    spec: PodSpec<'s>,
    #[serde(borrow)]
    status: Option<PodStatus<'s>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodSpec<'s> {
    #[serde(borrow)]
    node_name: Option<Text<'s>>,
    host_network: Option<bool>,
    #[serde(borrow)]
    containers: Option<Vec<Container<'s>>>,
    #[serde(borrow)]
    init_containers: Option<Vec<Container<'s>>>,
}

#[derive(Deserialize)]
struct Container<'s> {
    #[serde(borrow)]
    ports: Option<Vec<ContainerPortJson<'s>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContainerPortJson<'s> {
    #[serde(borrow)]
    name: Option<Text<'s>>,
    #[serde(borrow)]
    protocol: Option<Text<'s>>,
    container_port: u16,
    host_port: Option<u16>,
    #[serde(rename = "hostIP", borrow)]
    host_ip: Option<Text<'s>>,
}

#[derive(Deserialize)]
struct PodStatus<'s> {
    #[serde(borrow)]
    phase: Option<Text<'s>>,
    #[serde(rename = "podIP", borrow)]
    pod_ip: Option<Text<'s>>,
    #[serde(rename = "podIPs", borrow)]
    pod_ips: Option<Vec<PodIp<'s>>>,
}

#[derive(Deserialize)]
struct PodIp<'s> {
    #[serde(borrow)]
    ip: Option<Text<'s>>,
}

fn pod<'s>(span: Span, read: PodJson<'s>, json: &mut Json<'s, Vec<Object>>) -> Pod {
    let PodJson { metadata, spec, status } = read;
    let (phase, ips) = match status {
        Some(PodStatus { phase, pod_ips: Some(ips), .. }) => {
            (phase, ips.into_iter().filter_map(|ip| ip.ip).collect())
        }
        Some(PodStatus { phase, pod_ip, .. }) => (phase, pod_ip.into_iter().collect()),
        None => (None, Vec::new()),
    };
    let containers = spec.containers.into_iter().chain(spec.init_containers).flatten();
    let ports = containers.filter_map(|container| container.ports).flatten();
    Pod {
        span,
        node: spec.node_name.map(Text::into_string),
        ips: addresses(ips, json),
        has_host_network: spec.host_network.unwrap_or(false),
        is_running: phase.as_deref() == Some("Running"),
        ports: ports.filter_map(|port| container_port(port, json)).collect(),
        namespace: text(metadata.namespace),
        name: metadata.name.into_string(),
    }
}

fn container_port<'s>(
    port: ContainerPortJson<'s>,
    json: &mut Json<'s, Vec<Object>>,
) -> Option<ContainerPort> {
    Some(ContainerPort {
        protocol: protocol(port.protocol.as_ref(), json)?,
        port: port.container_port,
        host_port: port.host_port.filter(|&port| port != 0),
        host_ip: addresses(port.host_ip, json).pop().filter(|ip| !ip.is_unspecified()),
        name: text(port.name),
    })
}

#[derive(Deserialize)]
struct NodeJson<'s> {
    #[serde(borrow)]
    metadata: Meta<'s>,
    #[serde(borrow)]
    spec: Option<NodeSpec<'s>>,
    #[serde(borrow)]
    status: Option<NodeStatus<'s>>,
}

#[derive(Deserialize)]
struct NodeSpec<'s> {
    #[serde(rename = "podCIDR", borrow)]
    pod_cidr: Option<Text<'s>>,
    #[serde(rename = "podCIDRs", borrow)]
    pod_cidrs: Option<Vec<Text<'s>>>,
}

#[derive(Deserialize)]
struct NodeStatus<'s> {
    #[serde(borrow)]
    addresses: Option<Vec<NodeAddress<'s>>>,
}

#[derive(Deserialize)]
struct NodeAddress<'s> {
    #[serde(rename = "type", borrow)]
    kind: Text<'s>,
    #[serde(borrow)]
    address: Text<'s>,
}

fn node<'s>(span: Span, read: NodeJson<'s>, json: &mut Json<'s, Vec<Object>>) -> KubernetesNode {
    let NodeJson { metadata, spec, status } = read;
    let all = status.and_then(|status| status.addresses).unwrap_or_default();
    // The others are names.
    let ips = all.into_iter().filter(|address| matches!(&*address.kind, "InternalIP" | "ExternalIP"));
    let networks = match spec {
        Some(NodeSpec { pod_cidrs: Some(networks), .. }) => networks,
        Some(NodeSpec { pod_cidr, .. }) => pod_cidr.into_iter().collect(),
        None => Vec::new(),
    };
    let networks = networks.iter().filter(|network| !network.is_empty());
    KubernetesNode {
        span,
        name: metadata.name.into_string(),
        ips: addresses(ips.map(|address| address.address), json),
        pod_networks: networks.filter_map(|network| json.network(network)).collect(),
    }
}

/// A headless Service's address is `None`, and what has no address yet may have an empty one.
fn addresses<'s>(texts: impl IntoIterator<Item = Text<'s>>, json: &mut Json<'s, Vec<Object>>) -> Vec<IpAddr> {
    let given = texts.into_iter().filter(|text| !matches!(&**text, "" | "None"));
    given.filter_map(|text| json.address(&text)).collect()
}

fn protocol(name: Option<&Text<'_>>, json: &mut Json<'_, Vec<Object>>) -> Option<u8> {
    json.part(name.map_or("TCP", |name| name), "`TCP`, `UDP` or `SCTP`", |name| match name {
        "" | "TCP" => Some(6),
        "UDP" => Some(17),
        "SCTP" => Some(132),
        _ => None,
    })
}

fn text(text: Option<Text<'_>>) -> String {
    text.map(Text::into_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICES: &str = r#"{"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop", "labels": {"a": "b"}},
         "spec": {"type": "LoadBalancer", "clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9", "fd00::9"], "externalIPs": ["192.0.2.9"],
           "externalTrafficPolicy": "Local", "internalTrafficPolicy": "Cluster", "healthCheckNodePort": 31000, "sessionAffinity": "ClientIP",
           "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 60}}, "loadBalancerSourceRanges": ["198.51.100.0/24"],
           "ports": [{"name": "http", "port": 80, "nodePort": 30080, "protocol": "TCP", "targetPort": "web"}, {"port": 53, "protocol": "UDP", "targetPort": 5353}]},
         "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.9", "ipMode": "VIP"}, {"ip": "203.0.113.10", "ipMode": "Proxy"}, {"hostname": "x.example.org"}]}}},
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db"}, "spec": {"clusterIP": "None", "ports": null}}]}"#;

    #[test]
    fn services() {
        let reading = read(SERVICES.as_bytes());
        assert_eq!(reading.errors, []);
        let [Object::Service(web), Object::Service(headless)] = &reading.content[..] else { panic!() };
        assert_eq!((&*web.namespace, &*web.name, web.kind), ("shop", "web", ServiceKind::LoadBalancer));
        assert_eq!((web.cluster_ips.len(), web.load_balancer_ips.len(), web.source_ranges.len()), (2, 1, 1));
        assert_eq!((web.is_external_local, web.is_internal_local), (true, false));
        assert_eq!((web.client_affinity, web.health_check_port), (Some(60), Some(31000)));
        let ports: Vec<_> = web
            .ports
            .iter()
            .map(|port| (port.protocol, port.port, port.node_port, port.target.clone()))
            .collect();
        assert_eq!(
            ports,
            [(6, 80, Some(30080), TargetPort::Name("web".into())), (17, 53, None, TargetPort::Number(5353))]
        );
        assert_eq!((headless.cluster_ips.len(), headless.ports.len()), (0, 0));
        assert!(
            web.span.of(SERVICES.as_bytes()).starts_with(b"{\"apiVersion\": \"v1\", \"kind\": \"Service\"")
        );
    }

    #[test]
    fn endpoints_of_both_kinds_say_the_same() {
        let slices = r#"{"kind": "EndpointSliceList", "items": [{"metadata": {"name": "web-x", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}},
            "addressType": "IPv4", "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
            "endpoints": [{"addresses": ["10.244.0.5"], "conditions": {"ready": true}, "nodeName": "n1"}, {"addresses": ["10.244.0.6"], "conditions": {"ready": false}}]},
            {"metadata": {"name": "f"}, "addressType": "FQDN", "endpoints": [{"addresses": ["x.example.org"]}]}]}"#;
        let endpoints = r#"[{"kind": "Endpoints", "metadata": {"name": "web", "namespace": "shop"}, "subsets": [{"addresses": [{"ip": "10.244.0.5", "nodeName": "n1"}],
            "notReadyAddresses": [{"ip": "10.244.0.6"}], "ports": [{"name": "http", "port": 8080}]}]}]"#;
        let of = |source: &str| -> EndpointSlice {
            let reading = read(source.as_bytes());
            assert_eq!(reading.errors, []);
            let Some(Object::EndpointSlice(slice)) = reading.content.into_iter().next() else { panic!() };
            EndpointSlice { span: Span::default(), name: String::new(), ..slice }
        };
        assert_eq!(of(slices), of(endpoints));
        assert_eq!(
            of(slices).endpoints.iter().map(|endpoint| endpoint.is_ready).collect::<Vec<_>>(),
            [true, false]
        );
    }

    #[test]
    fn pods_and_nodes() {
        let source = r#"{"kind": "Pod", "metadata": {"name": "p", "namespace": "shop"}, "spec": {"nodeName": "n1", "hostNetwork": true,
            "containers": [{"name": "c", "ports": [{"containerPort": 8080, "hostPort": 80, "hostIP": "192.0.2.1", "name": "web"}]}]},
            "status": {"phase": "Running", "podIP": "10.244.0.5", "podIPs": [{"ip": "10.244.0.5"}, {"ip": "fd00::5"}]}}
            {"kind": "Node", "metadata": {"name": "n1"}, "spec": {"podCIDR": "10.244.0.0/24"},
             "status": {"addresses": [{"type": "InternalIP", "address": "192.0.2.1"}, {"type": "Hostname", "address": "n1"}]}}
            {"kind": "ConfigMap"}"#;
        let reading = read(source.as_bytes());
        assert_eq!(reading.errors, []);
        let [Object::Pod(pod), Object::Node(node)] = &reading.content[..] else { panic!() };
        assert_eq!((pod.ips.len(), pod.has_host_network, pod.is_running), (2, true, true));
        assert_eq!((pod.ports[0].host_port, pod.ports[0].host_ip), (Some(80), "192.0.2.1".parse().ok()));
        assert_eq!((node.ips.len(), node.pod_networks.len()), (1, 1));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place_and_costs_nothing_else() {
        let source = r#"{"kind": "List", "items": [
{"kind": "Service", "metadata": {"name": "a"}, "spec": {"clusterIP": "10.96.0.256", "ports": [{"port": 80, "protocol": "TPC"}]}},
{"kind": "Service", "metadata": {"name": "b"}, "spec": {"ports": [{"port": "eighty"}]}},
{"kind": "Service", "spec": {}},
{"kind": "Service", "metadata": {"name": "c"}, "spec": {}}]}"#;
        let reading = read(source.as_bytes());
        let errors: Vec<_> = reading
            .errors
            .iter()
            .map(|error| (String::from_utf8_lossy(error.span.of(source.as_bytes())), &*error.expected))
            .collect();
        assert_eq!(errors[0], ("10.96.0.256".into(), "an IP address"));
        assert_eq!(errors[1], ("TPC".into(), "`TCP`, `UDP` or `SCTP`"));
        assert_eq!(errors[2], ("\"eighty\"".into(), "a number from 0 to 65535"));
        assert_eq!(errors[3].1, "a field `metadata`");
        assert_eq!(reading.content.len(), 2);
    }

    #[test]
    fn what_is_no_json_is_one_error() {
        for (source, place) in [
            ("NAME   TYPE\n", 0),
            ("{\"kind\": \"List\", \"items\": [", 27),
            ("", 0),
            ("{\"kind\": \"List\" \"items\": []}", 16),
        ] {
            let reading = read(source.as_bytes());
            let places: Vec<_> = reading.errors.iter().map(|error| error.span.start).collect();
            assert_eq!(places, [place], "{source}: {:?}", reading.errors);
        }
    }
}
