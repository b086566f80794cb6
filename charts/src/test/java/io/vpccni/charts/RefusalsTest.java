package io.vpccni.charts;

import static io.vpccni.charts.Chart.IMAGES;
import static io.vpccni.charts.Chart.VPC_CNI;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot work is refused before anything is installed, with a sentence that says why. */
class RefusalsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {image: {account: null}}                            | image: no images are published yet, so say where yours are: set image.account
          {image: {account: null, overrideRepository: a/b}}   | init.image: no images are published yet, so say where yours are: set init.image.account
          {image: {account: "602401143452"}}                  | image.account 602401143452 is the registry of amazon-vpc-cni-k8s, whose images hold other programs
          {image: {account: 602401143452}}                    | image.account 602401143452 is the registry of amazon-vpc-cni-k8s
          {init: {image: {account: "961992271922"}}}          | init.image.account 961992271922 is the registry of amazon-vpc-cni-k8s
          {env: {MY_NODE_NAME: a}}                            | env.MY_NODE_NAME is set by the chart from the pod itself: leave it out
          {extraEnv: [{name: MY_POD_NAME, valueFrom: {}}]}    | env.MY_POD_NAME is set by the chart from the pod itself: leave it out
          {env: {AGENT_RUN_DIR: /run/other}}                  | env.AGENT_RUN_DIR cannot be changed
          {env: {CNI_CONFLIST_TEMPLATE: /a}}                  | env.CNI_CONFLIST_TEMPLATE is set by the chart: use cniConfig.enabled and cniConfig.fileContents
          {env: {ENABLE_IPv6: "true"}}                        | env.ENABLE_IPv4 and env.ENABLE_IPv6 are both true
          {env: {ENABLE_IPv4: "false"}}                       | env.ENABLE_IPv4 and env.ENABLE_IPv6 are both false
          {env: {ENABLE_IPv4: "f", ENABLE_IPv6: "1"}}         | env.ENABLE_IPv6 needs env.ENABLE_PREFIX_DELEGATION
          {env: {ENABLE_IPv4: "false", ENABLE_IPv6: "true", ENABLE_PREFIX_DELEGATION: "true", AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "true"}} | env.AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG does not work with env.ENABLE_IPv6
          {env: {ENABLE_PREFIX_DELEGATION: true, WARM_PREFIX_TARGET: 0}} | env.ENABLE_PREFIX_DELEGATION needs WARM_PREFIX_TARGET, WARM_IP_TARGET or MINIMUM_IP_TARGET above 0
          {env: {AWS_VPC_ENI_MTU: 575}}                       | env.AWS_VPC_ENI_MTU is "575" and must be a number from 576 to 9001
          {env: {POD_MTU: jumbo}}                             | env.POD_MTU is "jumbo" and must be a number from 576 to 9001
          {env: {ENABLE_IPv4: "false", ENABLE_IPv6: "true", ENABLE_PREFIX_DELEGATION: "true", POD_MTU: 1279}} | env.POD_MTU is "1279" and must be a number from 1280 to 9001
          {env: {IP_COOLDOWN_PERIOD: "-1"}}                   | env.IP_COOLDOWN_PERIOD is "-1" and must be a number of seconds, 0 or more
          {env: {AWS_VPC_K8S_CNI_VETHPREFIX: azvet}}          | env.AWS_VPC_K8S_CNI_VETHPREFIX is "azvet" and must have 1 to 4 characters
          {env: {AWS_VPC_K8S_CNI_VETHPREFIX: eth}}            | env.AWS_VPC_K8S_CNI_VETHPREFIX is "eth" and must have 1 to 4 characters and be none of eth
          {env: {AWS_VPC_K8S_PLUGIN_LOG_FILE: STDOUT}}        | env.AWS_VPC_K8S_PLUGIN_LOG_FILE cannot be stdout
          {enableNetworkPolicy: "true", env: {NETWORK_POLICY_ENFORCING_MODE: on}} | env.NETWORK_POLICY_ENFORCING_MODE is "on" and must be strict, standard or none
          {env: {ENABLE_POD_ENI: "true", POD_SECURITY_GROUP_ENFORCING_MODE: loose}} | env.POD_SECURITY_GROUP_ENFORCING_MODE is "loose" and must be strict or standard
          {cniConfig: {enabled: true}}                        | cniConfig.enabled is true and cniConfig.fileContents is empty
          {eniConfig: {create: true}}                         | eniConfig.create is true and eniConfig.subnets is empty
          {eniConfig: {create: true, subnets: {a: {id: vpc-1}}}} | '/eniConfig/subnets/a/id'
          {enableNetworkPolicy: "yes"}                        | '/enableNetworkPolicy'
          {nodeAgent: {conntrackCacheTableSize: 1024}}        | '/nodeAgent/conntrackCacheTableSize'
          {nodeAgent: {enable: true}}                         | additional properties 'enable' not allowed
          {tolerations: all}                                  | '/tolerations'
          {serviceAccounts: {create: false}}                  | additional properties 'serviceAccounts' not allowed
          {env: {WARM_IP_TARGET: [1]}}                        | '/env/WARM_IP_TARGET'
          """)
  void theMessageSaysWhy(String values, String sentence) {
    var all = Yaml.merged(Yaml.document(IMAGES), Yaml.document(values));
    assertThatThrownBy(() -> VPC_CNI.render(all)).hasMessageContaining(sentence);
  }
}
