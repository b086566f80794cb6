package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.sim.cloud.CloudSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sends the mistakes of clients as raw forms, because typed clients cannot make them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MistakesTest {
  private final RunningSim sim = new RunningSim(CloudSettings.prompt());
  private final String subnet = subnet();

  private String subnet() {
    var vpc = sim.ask(ec2 -> ec2.createVpc(r -> r.cidrBlock("10.0.0.0/16"))).vpc().vpcId();
    return sim.ask(ec2 -> ec2.createSubnet(r -> r.vpcId(vpc).cidrBlock("10.0.1.0/24")))
        .subnet()
        .subnetId();
  }

  @AfterAll
  void close() {
    sim.close();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      textBlock =
          """
          InvalidAction,                       Action=MakeCoffee
          MissingParameter,                    Version=2016-11-15
          MissingParameter,                    Action=CreateNetworkInterface
          InvalidNetworkInterfaceId.Malformed, Action=DeleteNetworkInterface&NetworkInterfaceId=eni-xyz
          InvalidSubnetID.Malformed,           Action=DescribeSubnets&SubnetId.1=nets
          InvalidVpcID.Malformed,              Action=DescribeVpcs&VpcId.1=vpc-%20
          InvalidInstanceID.Malformed,         Action=DescribeInstances&InstanceId.1=i-
          InvalidGroupId.Malformed,            Action=DeleteSecurityGroup&GroupId=default
          InvalidInstanceID.NotFound,          Action=TerminateInstances&InstanceId.1=i-0123
          InvalidParameterValue,               Action=DescribeVpcs&NextToken=garbage
          InvalidParameterValue,               Action=DescribeVpcs&NextToken=Zm9v
          InvalidParameterValue,               Action=DescribeVpcs&MaxResults=4
          InvalidParameterValue,               Action=DescribeVpcs&MaxResults=many
          InvalidParameterValue,               Action=DescribeVpcs&Filter.1.Name=colour&Filter.1.Value.1=red
          InvalidParameterValue,               Action=CreateVpc&CidrBlock=everything
          InvalidVpc.Range,                    Action=CreateVpc&CidrBlock=10.0.0.0/8
          InvalidParameterValue,               Action=CreateNetworkInterface&SubnetId=S&Ipv4Prefix.1.Ipv4Prefix=192.168.0.0/28
          InvalidParameterValue,               Action=CreateNetworkInterface&SubnetId=S&PrivateIpAddress=10.0.1.1
          InvalidParameterValue,               Action=CreateNetworkInterface&SubnetId=S&PrivateIpAddress=10.0.1.255
          InvalidParameterValue,               Action=CreateNetworkInterface&SubnetId=S&PrivateIpAddress=10.9.1.9
          UnknownParameter,                    Action=DescribeVpcs&Colour=red
          InvalidInstanceType,                 Action=DescribeInstanceTypes&InstanceType.1=x1.y&InstanceType.2=m5.large
          InvalidParameterValue,               Action=DescribeInstanceTypes&MaxResults=101
          InvalidParameterValue,               Action=DescribeRegions&RegionName.1=atlantis-1
          InvalidRouteTableID.NotFound,        Action=DescribeRouteTables&RouteTableId.1=rtb-0
          MalformedQueryString,                Action=DescribeVpcs&X=%zz
          """)
  void isRefusedWithEc2sCode(String code, String form) throws Exception {
    var answer = SignedForms.send(sim, form.replace("=S&", "=" + subnet + "&"));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("<Code>" + code + "</Code>").contains("<RequestID>");
  }
}
