package io.vpccni.charts;

import io.vpccni.ipamd.ec2.api.Ec2Operation;
import io.vpccni.ipamd.ec2.api.IamPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The page of IAM policies, made of the table of the operations that the agent calls. */
final class IamPage {
  /** Tags may be written on ENIs alone. */
  private static final String ENIS = "arn:aws:ec2:*:*:network-interface/*";

  private IamPage() {}

  static String text(String head) {
    var page = new StringBuilder(head);
    for (var policy : IamPolicy.values()) {
      page.append("\n## ").append(title(policy)).append("\n\n").append(introduction(policy));
      page.append("\n").append(json(statements(Ec2Operation.allowedBy(policy))));
    }
    page.append(
        """

        ## Metrics helper

        `ec2:DescribeTags` is not needed if `AWS_CLUSTER_ID` is set.

        """);
    page.append(
        json(List.of(statement(List.of("cloudwatch:PutMetricData", "ec2:DescribeTags"), "*"))));
    page.append(
        """

        ## What each operation is for

        | operation | IPv4 | IPv6 | IPv6, more ENIs | read-only | called for |
        |---|---|---|---|---|---|
        """);
    for (var operation : Ec2Operation.values()) page.append(row(operation));
    return page.toString();
  }

  static String title(IamPolicy policy) {
    return switch (policy) {
      case IPV4 -> "IPv4";
      case IPV6 -> "IPv6";
      case IPV6_MORE_ENIS -> "IPv6 with more ENIs";
      case READ_ONLY -> "Read-only";
    };
  }

  private static String introduction(IamPolicy policy) {
    return switch (policy) {
      case IPV4 ->
          """
          For single addresses, prefixes, subnet discovery, custom networking and several network cards: the operations are
          the same. AWS's managed policy `AmazonEKS_CNI_Policy` contains all of them.
          """;
      case IPV6 ->
          """
          Pods get addresses of one prefix of the primary ENI. AWS's documented IPv6 policy lacks two of these: without
          `UnassignIpv6Addresses` a prefix is never given back, and without `ModifyNetworkInterfaceAttribute` security groups
          that have changed are not applied. A condition says so in both cases, and pods are not concerned.
          """;
      case IPV6_MORE_ENIS -> "For IPv6 with `ENABLE_MULTI_NIC`.\n";
      case READ_ONLY ->
          """
          For `DISABLE_NETWORK_RESOURCE_PROVISIONING=true`: something else attaches ENIs and assigns addresses.
          """;
    };
  }

  private static List<String> statements(List<Ec2Operation> operations) {
    var all = new ArrayList<String>();
    var anywhere = operations.stream().filter(each -> each != Ec2Operation.CREATE_TAGS).toList();
    all.add(statement(anywhere.stream().map(IamPage::action).toList(), "*"));
    if (operations.contains(Ec2Operation.CREATE_TAGS)) {
      all.add(statement(List.of(action(Ec2Operation.CREATE_TAGS)), ENIS));
    }
    return all;
  }

  private static String action(Ec2Operation operation) {
    return "ec2:" + operation.text();
  }

  private static String statement(List<String> actions, String resource) {
    return """
        {
          "Effect": "Allow",
          "Action": [
        %s
          ],
          "Resource": "%s"
        }"""
        .formatted(
            actions.stream()
                .map(action -> "    \"" + action + "\"")
                .collect(Collectors.joining(",\n")),
            resource);
  }

  private static String json(List<String> statements) {
    return """
        ```json
        {
          "Version": "2012-10-17",
          "Statement": [
        %s
          ]
        }
        ```
        """
        .formatted(String.join(",\n", statements).indent(4).stripTrailing());
  }

  private static String row(Ec2Operation operation) {
    return "| `%s` | %s | %s | %s | %s | %s |\n"
        .formatted(
            operation.text(),
            mark(operation, IamPolicy.IPV4),
            mark(operation, IamPolicy.IPV6),
            mark(operation, IamPolicy.IPV6_MORE_ENIS),
            mark(operation, IamPolicy.READ_ONLY),
            operation.purpose());
  }

  private static String mark(Ec2Operation operation, IamPolicy policy) {
    return operation.isIn(policy) ? "yes" : "";
  }
}
