{{/* Refuses values with which the agent would not start or pods would get no address; each with a sentence. */}}
{{- define "aws-vpc-cni.checks" -}}
{{- $_ := include "aws-vpc-cni.agentImage" . -}}
{{- $settings := include "aws-vpc-cni.settings" . | fromJson -}}
{{- $unknown := dict -}}
{{- range .Values.extraEnv -}}
{{- if not (hasKey . "value") -}}{{- $_ := set $unknown .name true -}}{{- end -}}
{{- end -}}

{{- range $name := list "MY_NODE_NAME" "MY_POD_NAME" -}}
{{- if or (hasKey $settings $name) (hasKey $unknown $name) -}}{{- fail (printf "env.%s is set by the chart from the pod itself: leave it out" $name) -}}{{- end -}}
{{- end -}}
{{- if hasKey $settings "AGENT_RUN_DIR" -}}
{{- fail "env.AGENT_RUN_DIR cannot be changed: the executable that the container runtime calls looks for its socket in /var/run/aws-node" -}}
{{- end -}}
{{- if hasKey $settings "CNI_CONFLIST_TEMPLATE" -}}
{{- fail "env.CNI_CONFLIST_TEMPLATE is set by the chart: use cniConfig.enabled and cniConfig.fileContents" -}}
{{- end -}}

{{- $ipv4 := include "aws-vpc-cni.on" (get $settings "ENABLE_IPv4") -}}
{{- $ipv6 := include "aws-vpc-cni.on" (get $settings "ENABLE_IPv6") -}}
{{- $prefixes := include "aws-vpc-cni.on" (get $settings "ENABLE_PREFIX_DELEGATION") -}}
{{- $custom := include "aws-vpc-cni.on" (get $settings "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG") -}}
{{- if not (or (hasKey $unknown "ENABLE_IPv4") (hasKey $unknown "ENABLE_IPv6")) -}}
{{- if and $ipv4 $ipv6 -}}
{{- fail "env.ENABLE_IPv4 and env.ENABLE_IPv6 are both true: pods get addresses of one family, so set the other one to \"false\"" -}}
{{- end -}}
{{- if not (or $ipv4 $ipv6) -}}
{{- fail "env.ENABLE_IPv4 and env.ENABLE_IPv6 are both false: set one of them to \"true\"" -}}
{{- end -}}
{{- end -}}
{{- if and $ipv6 (not $prefixes) (not (hasKey $unknown "ENABLE_PREFIX_DELEGATION")) -}}
{{- fail "env.ENABLE_IPv6 needs env.ENABLE_PREFIX_DELEGATION: \"true\", because IPv6 pods get addresses of /80 prefixes" -}}
{{- end -}}
{{- if and $ipv6 $custom -}}
{{- fail "env.AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG does not work with env.ENABLE_IPv6: set one of them to \"false\"" -}}
{{- end -}}
{{- if and $prefixes (not $ipv6) -}}
{{- $targets := 0 -}}
{{- range $name := list "WARM_PREFIX_TARGET" "WARM_IP_TARGET" "MINIMUM_IP_TARGET" -}}
{{- if or (hasKey $unknown $name) (regexMatch "^[+]?0*[1-9][0-9]*$" (default "0" (get $settings $name))) -}}{{- $targets = 1 -}}{{- end -}}
{{- end -}}
{{- if not $targets -}}
{{- fail "env.ENABLE_PREFIX_DELEGATION needs WARM_PREFIX_TARGET, WARM_IP_TARGET or MINIMUM_IP_TARGET above 0 in env" -}}
{{- end -}}
{{- end -}}

{{- $least := ternary 1280 576 (eq $ipv6 "true") -}}
{{- range $name := list "AWS_VPC_ENI_MTU" "POD_MTU" -}}
{{- if hasKey $settings $name -}}
{{- $mtu := get $settings $name -}}
{{- if or (not (regexMatch "^[0-9]{1,5}$" $mtu)) (lt (int $mtu) $least) (gt (int $mtu) 9001) -}}
{{- fail (printf "env.%s is %q and must be a number from %d to 9001" $name $mtu $least) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if hasKey $settings "IP_COOLDOWN_PERIOD" -}}
{{- if not (regexMatch "^[0-9]+$" (get $settings "IP_COOLDOWN_PERIOD")) -}}
{{- fail (printf "env.IP_COOLDOWN_PERIOD is %q and must be a number of seconds, 0 or more" (get $settings "IP_COOLDOWN_PERIOD")) -}}
{{- end -}}
{{- end -}}
{{- $veth := get $settings "AWS_VPC_K8S_CNI_VETHPREFIX" -}}
{{- if hasKey $settings "AWS_VPC_K8S_CNI_VETHPREFIX" -}}
{{- if or (not $veth) (gt (len $veth) 4) (has $veth (list "eth" "lo" "vlan")) -}}
{{- fail (printf "env.AWS_VPC_K8S_CNI_VETHPREFIX is %q and must have 1 to 4 characters and be none of eth, lo and vlan" $veth) -}}
{{- end -}}
{{- end -}}
{{- if eq (lower (default "" (get $settings "AWS_VPC_K8S_PLUGIN_LOG_FILE"))) "stdout" -}}
{{- fail "env.AWS_VPC_K8S_PLUGIN_LOG_FILE cannot be stdout, where the container runtime expects the plugin's answer: use stderr or a file" -}}
{{- end -}}
{{- if hasKey $settings "NETWORK_POLICY_ENFORCING_MODE" -}}
{{- if not (has (lower (get $settings "NETWORK_POLICY_ENFORCING_MODE")) (list "none" "strict" "standard")) -}}
{{- fail (printf "env.NETWORK_POLICY_ENFORCING_MODE is %q and must be strict, standard or none" (get $settings "NETWORK_POLICY_ENFORCING_MODE")) -}}
{{- end -}}
{{- end -}}
{{- if include "aws-vpc-cni.on" (get $settings "ENABLE_POD_ENI") -}}
{{- if not (has (default "strict" (get $settings "POD_SECURITY_GROUP_ENFORCING_MODE")) (list "strict" "standard")) -}}
{{- fail (printf "env.POD_SECURITY_GROUP_ENFORCING_MODE is %q and must be strict or standard" (get $settings "POD_SECURITY_GROUP_ENFORCING_MODE")) -}}
{{- end -}}
{{- end -}}

{{- if and .Values.cniConfig.enabled (not .Values.cniConfig.fileContents) -}}
{{- fail "cniConfig.enabled is true and cniConfig.fileContents is empty: put the conflist there" -}}
{{- end -}}
{{- if and .Values.eniConfig.create (not .Values.eniConfig.subnets) -}}
{{- fail "eniConfig.create is true and eniConfig.subnets is empty: name the subnet of each availability zone there" -}}
{{- end -}}
{{- end -}}
