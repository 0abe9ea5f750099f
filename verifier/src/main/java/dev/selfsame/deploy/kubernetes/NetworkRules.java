package dev.selfsame.deploy.kubernetes;

import dev.selfsame.deploy.Cluster;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Who may talk to whom, as a NetworkPolicy. */
final class NetworkRules {
  private static final int DNS = 53;

  private NetworkRules() {}

  static NetworkPolicy of(Cluster.Rules rules, ObjectMeta metadata, Map<String, String> pods) {
    List<String> types = new ArrayList<>(List.of("Ingress"));
    List<NetworkPolicyEgressRule> out = new ArrayList<>();
    rules
        .to()
        .ifPresent(allowed -> {
          types.add("Egress");
          out.add(names());
          allowed.forEach(one -> out.add(outbound(one)));
        });
    return new NetworkPolicyBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(pods)
        .endPodSelector()
        .withPolicyTypes(types)
        .withIngress(rules.from().stream().map(NetworkRules::inbound).toList())
        .withEgress(out)
        .endSpec()
        .build();
  }

  private static NetworkPolicyIngressRule inbound(Cluster.Peer wanted) {
    NetworkPolicyIngressRuleBuilder rule = new NetworkPolicyIngressRuleBuilder();
    rule.addNewPort().withProtocol("TCP").withNewPort(wanted.port()).endPort();
    if (!wanted.pods().isEmpty()) {
      rule.addNewFrom()
          .withNewPodSelector()
          .withMatchLabels(wanted.pods())
          .endPodSelector()
          .endFrom();
    }
    return rule.build();
  }

  private static NetworkPolicyEgressRule outbound(Cluster.Peer wanted) {
    NetworkPolicyEgressRuleBuilder rule = new NetworkPolicyEgressRuleBuilder();
    rule.addNewPort().withProtocol("TCP").withNewPort(wanted.port()).endPort();
    if (!wanted.pods().isEmpty()) {
      rule.addNewTo().withNewPodSelector().withMatchLabels(wanted.pods()).endPodSelector().endTo();
    }
    return rule.build();
  }

  /** Without it, no other rule could be used by a host's name. */
  private static NetworkPolicyEgressRule names() {
    return new NetworkPolicyEgressRuleBuilder()
        .addNewPort()
        .withProtocol("UDP")
        .withNewPort(DNS)
        .endPort()
        .addNewPort()
        .withProtocol("TCP")
        .withNewPort(DNS)
        .endPort()
        .build();
  }
}
