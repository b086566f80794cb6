package io.vpccni.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of IAM policies says what the table of EC2 operations says. */
class IamPageTest {
  private static final Path PAGE = Path.of("../docs/iam.md");
  private static final Pattern BLOCK = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
  private static final String WRITE = "iam.page";
  private static final String HEAD =
      """
      # IAM permissions

      For whoever writes the IAM roles of a cluster: the policies that the programs need, which are neither too small nor
      too large (`IamPoliciesTest`).

      | what runs | policy |
      |---|---|
      | the node agent, `ENABLE_IPv4` | [IPv4](#ipv4) |
      | the node agent, `ENABLE_IPv6` | [IPv6](#ipv6) |
      | the node agent, `ENABLE_IPv6` and `ENABLE_MULTI_NIC` | [IPv6 with more ENIs](#ipv6-with-more-enis) |
      | the node agent, `DISABLE_NETWORK_RESOURCE_PROVISIONING` | [read-only](#read-only) |
      | the node agent, `ENABLE_IMDS_ONLY_MODE` | none: EC2 is never called |
      | security groups for pods | nothing more; the VPC resource controller, which is not on the nodes, creates branch ENIs |
      | the metrics helper | [metrics helper](#metrics-helper) |
      | net-programmer, init, `aws-cni` | none: they never call AWS |

      Attach the policy to a role of the service account `aws-node` (IAM roles for service accounts: set the chart's value
      `serviceAccount.annotations`; EKS Pod Identity: create an association). The node's own role works too, but then every
      pod that can reach IMDS has these permissions. In other partitions replace `arn:aws` with `arn:aws-cn` or
      `arn:aws-us-gov`. A permission that is missing shows as the condition `NoPermission` and the event
      `MissingIAMPermissions`, which name the operation; pods go on with the addresses that the node has.

      This page is generated from `Ec2Operation`. After a change there, write it again:

          mvn -q -o -Dquick -pl charts -am test -Dtest=IamPageTest -Diam.page=write \\
            -Dsurefire.failIfNoSpecifiedTests=false
      """;

  @Test
  void thePageSaysWhatTheTableSays() throws IOException {
    var page = IamPage.text(HEAD);
    if ("write".equals(System.getProperty(WRITE))) Files.writeString(PAGE, page);
    assertThat(PAGE)
        .as("the operations have changed: run this test with -D%s=write", WRITE)
        .content()
        .isEqualTo(page);
  }

  @Test
  void eachPolicyIsJson() {
    var blocks = BLOCK.matcher(IamPage.text("")).results().map(block -> block.group(1)).toList();
    assertThat(blocks).hasSize(5);
    assertThat(blocks)
        .allSatisfy(
            block -> assertThat(Yaml.document(block)).containsOnlyKeys("Version", "Statement"));
  }
}
