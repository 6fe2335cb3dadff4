import { bodyLimits } from '../../model/body-limits';
import type { Deployable } from '../../model/deployable';
import { header } from '../header';
import { certificate, edgePorts } from './edge';

const mebibyte = 1_048_576;

/** Configuration of the edge: HTTPS alone, and bodies as large as the service takes them. */
export const nginxConfiguration = ({ system }: Deployable): string => {
  const { json, upload } = bodyLimits(system);
  const body = Math.ceil(Math.max(json, upload) / mebibyte);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path /tmp/${name};`).join('\n');
  return `${header}worker_processes 2;
pid /tmp/nginx.pid;
error_log /dev/stderr error;

events {
  worker_connections 1024;
}

http {
  access_log /dev/stdout;
  server_tokens off;
${temporary}

  # Docker's own name server. With a variable below, a name is looked up again, so that a new container of the API is found.
  resolver 127.0.0.11 valid=5s;

  server {
    listen ${edgePorts.http} default_server;
    return 308 https://$host$request_uri;
  }

  server {
    listen ${edgePorts.https} ssl default_server;
    ssl_certificate ${certificate.crt};
    ssl_certificate_key ${certificate.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    client_max_body_size ${body}m;

    location / {
      set $api http://api:${system.workloads.api.ports.http};
      proxy_pass $api;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      # Set, not added to: this is the first proxy, and what a client says about its address is not believed.
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Host $host;
      proxy_set_header X-Forwarded-Proto https;
    }
  }
}
`;
};
