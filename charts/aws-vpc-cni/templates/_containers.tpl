{{/* Prepares the node: plugin binaries, folders, and sysctls of the whole node. */}}
{{- define "aws-vpc-cni.initContainer" -}}
- name: aws-vpc-cni-init
  image: {{ include "aws-vpc-cni.initImage" . | quote }}
  imagePullPolicy: {{ coalesce .Values.init.image.pullPolicy .Values.image.pullPolicy }}
  command: [/app/bin/net-programmer, init]
  env:
    {{- include "aws-vpc-cni.envItems" (include "aws-vpc-cni.initEnv" .) | trim | nindent 4 }}
  # It gives a predecessor's files to the agent's user.
  securityContext:
    {{- $own := dict "runAsUser" 0 "runAsGroup" 0 "runAsNonRoot" false "capabilities" (dict "drop" (list "ALL") "add" (list "CHOWN" "FOWNER" "DAC_OVERRIDE")) }}
    {{- include "aws-vpc-cni.securityContext" (dict "own" $own "given" .Values.init.securityContext) | nindent 4 }}
  {{- with (default .Values.resources .Values.init.resources) }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  volumeMounts:
    - name: cni-bin-dir
      mountPath: /host/opt/cni/bin
    - name: log-dir
      mountPath: /host/var/log/aws-routed-eni
    - name: run-dir
      mountPath: /var/run/aws-node
    - name: sysctl-net
      mountPath: /host/proc/sys/net
    {{- if include "aws-vpc-cni.egress" . }}
    - name: egress-dir
      mountPath: /run/cni
    {{- end }}
    {{- with .Values.extraVolumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* Decides who gets which address; has no rights on the node. */}}
{{- define "aws-vpc-cni.agentContainer" -}}
- name: aws-node
  image: {{ include "aws-vpc-cni.agentImage" . | quote }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  command: [/app/bin/ipamd]
  ports:
    - name: metrics
      containerPort: 61678
  livenessProbe:
    {{- include "aws-vpc-cni.probe" (dict "probe" .Values.livenessProbe "timeout" .Values.livenessProbeTimeoutSeconds) | nindent 4 }}
  readinessProbe:
    {{- include "aws-vpc-cni.probe" (dict "probe" .Values.readinessProbe "timeout" .Values.readinessProbeTimeoutSeconds) | nindent 4 }}
  env:
    {{- include "aws-vpc-cni.envItems" (include "aws-vpc-cni.env" .) | trim | nindent 4 }}
    {{- if .Values.cniConfig.enabled }}
    - name: CNI_CONFLIST_TEMPLATE
      value: /etc/aws-node/10-aws.conflist
    {{- end }}
    {{- with .Values.extraEnv }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    - name: MY_NODE_NAME
      valueFrom:
        fieldRef:
          fieldPath: spec.nodeName
    - name: MY_POD_NAME
      valueFrom:
        fieldRef:
          fieldPath: metadata.name
  securityContext:
    {{- $own := dict "runAsUser" 10001 "runAsGroup" 10001 "runAsNonRoot" true "capabilities" (dict "drop" (list "ALL")) }}
    {{- include "aws-vpc-cni.securityContext" (dict "own" $own "given" .Values.securityContext) | nindent 4 }}
  {{- with .Values.resources }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  volumeMounts:
    # It asks the plugins there for their versions.
    - name: cni-bin-dir
      mountPath: /host/opt/cni/bin
      readOnly: true
    - name: log-dir
      mountPath: /host/var/log/aws-routed-eni
    - name: run-dir
      mountPath: /var/run/aws-node
    - name: tmp
      mountPath: /tmp
    {{- if include "aws-vpc-cni.egress" . }}
    - name: egress-dir
      mountPath: /run/cni
    {{- end }}
    {{- if .Values.cniConfig.enabled }}
    - name: cni-config
      mountPath: /etc/aws-node
      readOnly: true
    {{- end }}
    {{- with .Values.extraVolumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* Keeps the kernel in the state that the agent wishes. */}}
{{- define "aws-vpc-cni.netProgrammerContainer" -}}
- name: net-programmer
  image: {{ include "aws-vpc-cni.initImage" . | quote }}
  imagePullPolicy: {{ coalesce .Values.init.image.pullPolicy .Values.image.pullPolicy }}
  command: [/app/bin/net-programmer, serve]
  {{- with .Values.netProgrammer.startupProbe }}
  startupProbe:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.netProgrammer.livenessProbe }}
  livenessProbe:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  env:
    {{- include "aws-vpc-cni.envItems" (include "aws-vpc-cni.netProgrammerEnv" .) | trim | nindent 4 }}
  # SYS_ADMIN is what the kernel asks of a process that enters another network namespace. The API server refuses the
  # spelling CAP_SYS_ADMIN beside allowPrivilegeEscalation: false.
  securityContext:
    {{- $capabilities := list "NET_ADMIN" "SYS_ADMIN" }}
    {{- if .Values.netProgrammer.legacyIptables }}{{ $capabilities = append $capabilities "NET_RAW" }}{{ end }}
    {{- $own := dict "runAsUser" 0 "runAsGroup" 10001 "runAsNonRoot" false "capabilities" (dict "drop" (list "ALL") "add" $capabilities) }}
    {{- include "aws-vpc-cni.securityContext" (dict "own" $own "given" .Values.netProgrammer.securityContext) | nindent 4 }}
  {{- with (default .Values.resources .Values.netProgrammer.resources) }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  volumeMounts:
    - name: cni-net-dir
      mountPath: /host/etc/cni/net.d
    - name: run-dir
      mountPath: /var/run/aws-node
    # A pod's namespace is mounted there by the container runtime after this container has started.
    - name: netns-dir
      mountPath: /var/run/netns
      mountPropagation: HostToContainer
    # In a container that is not privileged, /proc/sys is read-only.
    - name: sysctl-net
      mountPath: /host/proc/sys/net
    - name: xtables-lock
      mountPath: /run/xtables.lock
    {{- with .Values.extraVolumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* AWS's network policy agent, as the reference runs it. */}}
{{- define "aws-vpc-cni.policyAgentContainer" -}}
{{- $agent := .Values.nodeAgent -}}
- name: aws-eks-nodeagent
  image: {{ include "aws-vpc-cni.policyAgentImage" . | quote }}
  imagePullPolicy: {{ $agent.image.pullPolicy }}
  ports:
    - name: agentmetrics
      containerPort: {{ include "aws-vpc-cni.text" $agent.metricsBindAddr }}
  args:
    - --enable-ipv6={{ $agent.enableIpv6 }}
    - --enable-network-policy={{ .Values.enableNetworkPolicy }}
    - --enable-cloudwatch-logs={{ $agent.enableCloudWatchLogs }}
    - --enable-policy-event-logs={{ $agent.enablePolicyEventLogs }}
    - --log-file={{ $agent.networkPolicyAgentLogFileLocation }}
    - --metrics-bind-addr=:{{ include "aws-vpc-cni.text" $agent.metricsBindAddr }}
    - --health-probe-bind-addr=:{{ include "aws-vpc-cni.text" $agent.healthProbeBindAddr }}
    - --conntrack-cache-cleanup-period={{ include "aws-vpc-cni.text" $agent.conntrackCacheCleanupPeriod }}
    - --conntrack-cache-table-size={{ include "aws-vpc-cni.text" $agent.conntrackCacheTableSize }}
    - --log-level={{ $agent.logLevel }}
  env:
    - name: MY_NODE_NAME
      valueFrom:
        fieldRef:
          fieldPath: spec.nodeName
  {{- /* It is root's image: what podSecurityContext asks of the users must not stop it. */}}
  {{- $own := dict "runAsUser" 0 "runAsGroup" 0 "runAsNonRoot" false }}
  securityContext:
    {{- toYaml (merge (dict) (deepCopy (default dict $agent.securityContext)) $own) | nindent 4 }}
  {{- with (default .Values.resources $agent.resources) }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  volumeMounts:
    - name: cni-bin-dir
      mountPath: /host/opt/cni/bin
    - name: bpf-pin-path
      mountPath: /sys/fs/bpf
    - name: log-dir
      mountPath: /var/log/aws-routed-eni
    - name: run-dir
      mountPath: /var/run/aws-node
{{- end -}}

{{/* A probe with its timeout, which may also stand in the probe itself. */}}
{{- define "aws-vpc-cni.probe" -}}
{{- toYaml (merge (dict) (deepCopy .probe) (dict "timeoutSeconds" .timeout)) -}}
{{- end -}}

{{- define "aws-vpc-cni.volumes" -}}
{{- if include "aws-vpc-cni.policyAgent" . -}}
- name: bpf-pin-path
  hostPath:
    path: /sys/fs/bpf
{{ end -}}
- name: cni-bin-dir
  hostPath:
    path: /opt/cni/bin
- name: cni-net-dir
  hostPath:
    path: /etc/cni/net.d
- name: log-dir
  hostPath:
    path: /var/log/aws-routed-eni
    type: DirectoryOrCreate
- name: run-dir
  hostPath:
    path: /var/run/aws-node
    type: DirectoryOrCreate
- name: netns-dir
  hostPath:
    path: /var/run/netns
    type: DirectoryOrCreate
- name: sysctl-net
  hostPath:
    path: /proc/sys/net
    type: Directory
- name: xtables-lock
  hostPath:
    path: /run/xtables.lock
    type: FileOrCreate
# The agent's alone, because a file that it plants must mislead nobody who has more rights.
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- if include "aws-vpc-cni.egress" . }}
- name: egress-dir
  hostPath:
    path: /run/cni
    type: DirectoryOrCreate
{{- end }}
{{- if .Values.cniConfig.enabled }}
- name: cni-config
  configMap:
    name: {{ include "aws-vpc-cni.fullname" . }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}
