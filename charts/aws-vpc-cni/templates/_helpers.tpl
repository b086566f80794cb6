{{- define "aws-vpc-cni.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "aws-vpc-cni.fullname" -}}
{{- default (printf "%s-%s" .Release.Name .Chart.Name) .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "aws-vpc-cni.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "aws-vpc-cni.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "aws-vpc-cni.labels" -}}
app.kubernetes.io/name: {{ include "aws-vpc-cni.name" . }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
k8s-app: aws-node
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* A scalar as text. Helm reads numbers as floats, which would print 1048576 as 1.048576e+06. */}}
{{- define "aws-vpc-cni.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) -}}{{ printf "%.0f" . }}{{- else -}}{{ toString . }}{{- end -}}
{{- end -}}

{{/* "true" if a switch is on, in one of the spellings that the agent understands; otherwise empty. */}}
{{- define "aws-vpc-cni.on" -}}
{{- if has (toString .) (list "1" "t" "T" "TRUE" "true" "True") -}}true{{- end -}}
{{- end -}}

{{/* "true" if the network policy agent's container runs: without policies it would have nothing to do. */}}
{{- define "aws-vpc-cni.policyAgent" -}}
{{- if and .Values.nodeAgent.enabled (include "aws-vpc-cni.on" .Values.enableNetworkPolicy) -}}true{{- end -}}
{{- end -}}

{{/* The agent's settings, as `env` says; JSON of names and texts. */}}
{{- define "aws-vpc-cni.env" -}}
{{- $env := dict "VPC_CNI_VERSION" .Chart.AppVersion -}}
{{- range $name, $value := .Values.env -}}
{{- if not (kindIs "invalid" $value) -}}{{- $_ := set $env $name (include "aws-vpc-cni.text" $value) -}}{{- end -}}
{{- end -}}
{{- /* With the agent's container away, each ADD would fail for want of an answer. */ -}}
{{- if not (include "aws-vpc-cni.policyAgent" .) -}}{{- $_ := unset $env "NETWORK_POLICY_ENFORCING_MODE" -}}{{- end -}}
{{- toJson $env -}}
{{- end -}}

{{/* The same with what `extraEnv` adds in plain text, for decisions about features. */}}
{{- define "aws-vpc-cni.settings" -}}
{{- $env := include "aws-vpc-cni.env" . | fromJson -}}
{{- range .Values.extraEnv -}}
{{- if hasKey . "value" -}}{{- $_ := set $env .name (include "aws-vpc-cni.text" .value) -}}{{- end -}}
{{- end -}}
{{- toJson $env -}}
{{- end -}}

{{/* The settings of init: those of `init.env`, and those that it shares with the agent. */}}
{{- define "aws-vpc-cni.initEnv" -}}
{{- $settings := include "aws-vpc-cni.settings" . | fromJson -}}
{{- $env := dict "NETPROG_SYSCTL_ROOT" "/host/proc/sys" -}}
{{- range $name := list "AWS_VPC_K8S_CNI_LOG_FILE" "ENABLE_V4_EGRESS" "ENABLE_V6_EGRESS" "HOST_CNI_BIN_PATH" -}}
{{- if hasKey $settings $name -}}{{- $_ := set $env $name (get $settings $name) -}}{{- end -}}
{{- end -}}
{{- range $name, $value := .Values.init.env -}}
{{- if not (kindIs "invalid" $value) -}}{{- $_ := set $env $name (include "aws-vpc-cni.text" $value) -}}{{- end -}}
{{- end -}}
{{- /* IPv6 for the agent alone would leave forwarding off. */ -}}
{{- if include "aws-vpc-cni.on" (get $settings "ENABLE_IPv6") -}}{{- $_ := set $env "ENABLE_IPv6" "true" -}}{{- end -}}
{{- toJson $env -}}
{{- end -}}

{{/* The settings of net-programmer. */}}
{{- define "aws-vpc-cni.netProgrammerEnv" -}}
{{- $settings := include "aws-vpc-cni.settings" . | fromJson -}}
{{- $env := dict "NETPROG_SYSCTL_ROOT" "/host/proc/sys" -}}
{{- if hasKey $settings "HOST_CNI_CONFDIR_PATH" -}}
{{- $_ := set $env "HOST_CNI_CONFDIR_PATH" (get $settings "HOST_CNI_CONFDIR_PATH") -}}
{{- end -}}
{{- if .Values.cniConfig.enabled -}}
{{- $plugins := list -}}
{{- range regexFindAll "\"type\"\\s*:\\s*\"[^\"]+\"" .Values.cniConfig.fileContents -1 -}}
{{- $plugins = append $plugins (regexReplaceAll "^\"type\"\\s*:\\s*\"([^\"]+)\"$" . "${1}") -}}
{{- end -}}
{{- $known := list "aws-cni" "egress-cni" "host-local" "portmap" "bandwidth" "tuning" -}}
{{- $others := list -}}
{{- range uniq $plugins -}}{{- if not (has . $known) -}}{{- $others = append $others . -}}{{- end -}}{{- end -}}
{{- if $others -}}{{- $_ := set $env "NETPROG_CONFLIST_PLUGINS" (join "," $others) -}}{{- end -}}
{{- end -}}
{{- range $name, $value := .Values.netProgrammer.env -}}
{{- if not (kindIs "invalid" $value) -}}{{- $_ := set $env $name (include "aws-vpc-cni.text" $value) -}}{{- end -}}
{{- end -}}
{{- toJson $env -}}
{{- end -}}

{{/* "true" if pods reach the other address family through the node, whose addresses init and the agent keep in files. */}}
{{- define "aws-vpc-cni.egress" -}}
{{- $settings := include "aws-vpc-cni.settings" . | fromJson -}}
{{- if include "aws-vpc-cni.on" (get $settings "ENABLE_IPv6") -}}
{{- if not (has (get $settings "ENABLE_V4_EGRESS") (list "0" "f" "F" "FALSE" "false" "False")) -}}true{{- end -}}
{{- else -}}
{{- include "aws-vpc-cni.on" (get $settings "ENABLE_V6_EGRESS") -}}
{{- end -}}
{{- end -}}

{{/* Items of a container's env, sorted by name: takes JSON of names and texts. */}}
{{- define "aws-vpc-cni.envItems" -}}
{{- range $name, $value := fromJson . }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end -}}
{{- end -}}

{{/* A container's security context: what it needs, and what was given besides. No value gives it more rights. */}}
{{- define "aws-vpc-cni.securityContext" -}}
{{- $given := omit (default dict .given) "privileged" "capabilities" "runAsUser" "runAsGroup" "runAsNonRoot" "allowPrivilegeEscalation" "readOnlyRootFilesystem" "procMount" -}}
{{- $common := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- toYaml (merge (dict) (deepCopy $given) .own $common) -}}
{{- end -}}

{{/* The name of an image of AWS's registry or of another place; `.null` values of `image` are taken from `fallback`. */}}
{{- define "aws-vpc-cni.image" -}}
{{- $image := .image -}}
{{- $fallback := default dict .fallback -}}
{{- $tag := coalesce $image.tag $fallback.tag .tag -}}
{{- if $image.override -}}
{{- $image.override -}}
{{- else if $image.overrideRepository -}}
{{- printf "%s:%s" $image.overrideRepository $tag -}}
{{- else -}}
{{- $account := coalesce $image.account $fallback.account -}}
{{- if not $account -}}
{{- fail (printf "%s: no images are published yet, so say where yours are: set %s.account (an AWS account whose ECR has them), %s.overrideRepository or %s.override" .key .key .key .key) -}}
{{- end -}}
{{- $account := include "aws-vpc-cni.text" $account -}}
{{- $endpoint := coalesce $image.endpoint $fallback.endpoint -}}
{{- $region := coalesce $image.region $fallback.region -}}
{{- $domain := coalesce $image.domain $fallback.domain -}}
{{- if and .ours (has $account (list "602401143452" "151742754352" "013241004608" "961992271922")) -}}
{{- fail (printf "%s.account %s is the registry of amazon-vpc-cni-k8s, whose images hold other programs: set it to the account that has the images of this project" .key $account) -}}
{{- end -}}
{{- printf "%s.dkr.%s.%s.%s/%s:%s" $account $endpoint $region $domain .repository $tag -}}
{{- end -}}
{{- end -}}

{{- define "aws-vpc-cni.agentImage" -}}
{{- include "aws-vpc-cni.image" (dict "key" "image" "image" .Values.image "repository" "amazon-k8s-cni" "tag" .Chart.AppVersion "ours" true) -}}
{{- end -}}

{{- define "aws-vpc-cni.initImage" -}}
{{- include "aws-vpc-cni.image" (dict "key" "init.image" "image" .Values.init.image "fallback" .Values.image "repository" "amazon-k8s-cni-init" "tag" .Chart.AppVersion "ours" true) -}}
{{- end -}}

{{- define "aws-vpc-cni.policyAgentImage" -}}
{{- include "aws-vpc-cni.image" (dict "key" "nodeAgent.image" "image" .Values.nodeAgent.image "repository" "amazon/aws-network-policy-agent" "tag" "v1.4.2") -}}
{{- end -}}
