{{- define "cni-metrics-helper.fullname" -}}
{{- default (printf "%s-%s" .Release.Name .Chart.Name) .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "cni-metrics-helper.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "cni-metrics-helper.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "cni-metrics-helper.labels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
k8s-app: cni-metrics-helper
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* A scalar as text. Helm reads numbers as floats, which would print 1048576 as 1.048576e+06. */}}
{{- define "cni-metrics-helper.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) -}}{{ printf "%.0f" . }}{{- else -}}{{ toString . }}{{- end -}}
{{- end -}}

{{- define "cni-metrics-helper.image" -}}
{{- $image := .Values.image -}}
{{- if $image.override -}}
{{- $image.override -}}
{{- else -}}
{{- if not $image.account -}}
{{- fail "image: no images are published yet, so say where yours is: set image.account (an AWS account whose ECR has it) or image.override" -}}
{{- end -}}
{{- $account := include "cni-metrics-helper.text" $image.account -}}
{{- if has $account (list "602401143452" "151742754352" "013241004608" "961992271922") -}}
{{- fail (printf "image.account %s is the registry of amazon-vpc-cni-k8s, whose images hold other programs: set it to the account that has the images of this project" $account) -}}
{{- end -}}
{{- printf "%s.dkr.ecr.%s.%s/cni-metrics-helper:%s" $account $image.region $image.domain (default .Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The container's security context: what it needs, and what was given besides. No value gives it more rights. */}}
{{- define "cni-metrics-helper.securityContext" -}}
{{- $given := omit (default dict .Values.containerSecurityContext) "privileged" "capabilities" "runAsUser" "runAsGroup" "runAsNonRoot" "allowPrivilegeEscalation" "readOnlyRootFilesystem" "procMount" -}}
{{- $own := dict "runAsUser" 10001 "runAsGroup" 10001 "runAsNonRoot" true "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- toYaml (merge (dict) (deepCopy $given) $own) -}}
{{- end -}}

{{/* The probes ask where the program listens, and nothing if kubelet cannot reach that. */}}
{{- define "cni-metrics-helper.probes" -}}
{{- $address := include "cni-metrics-helper.text" (default "0.0.0.0:61681" .Values.env.METRICS_BIND_ADDRESS) -}}
{{- if not (regexMatch "^(127\\.|localhost:|\\[?::1\\]?:)" $address) -}}
{{- $port := regexFind "[0-9]{1,5}$" $address | default "61681" -}}
livenessProbe:
  httpGet: {path: /healthz, port: {{ $port }}}
  # It may take a minute to find out the names of the cluster and the region.
  initialDelaySeconds: 60
  timeoutSeconds: 5
readinessProbe:
  httpGet: {path: /readyz, port: {{ $port }}}
  timeoutSeconds: 5
{{- end -}}
{{- end -}}
