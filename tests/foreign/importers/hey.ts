// Imports clients by what @hey-api/openapi-ts generates: a token, a batch with each outcome, a poll until it is judged.
import { createToken } from './identity';
import { client as identity } from './identity/client.gen';
import { createPartnerClients, getPartnerClientsStatus } from './partner';
import { client as partner } from './partner/client.gen';
import type { PartnerClient } from './partner';

declare const process: { argv: string[] };

function one(partner_client_id: string, entity_type: PartnerClient['entity_type']): PartnerClient {
    return { partner_client_id, client_start_date: '2021-03-01T09:00:00Z', entity_type };
}

async function main(): Promise<void> {
    const [url, name, secret] = process.argv.slice(2) as [string, string, string];
    identity.setConfig({ baseUrl: url });
    const granted = await createToken({ body: { grant_type: 'client_credentials', client_id: name, client_secret: secret } });
    const token = granted.data?.access_token;
    if (!token) throw new Error(JSON.stringify(granted.error));
    partner.setConfig({ baseUrl: url, auth: () => token });

    const body = [one('A', 'LLC'), one('A', 'LLC'), one('B', 'LLC'), one('B', 'LLP'), one('not valid', 'LLC')];
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const accepted = (await createPartnerClients({ body, headers })).data;
    const again = (await createPartnerClients({ body, headers })).data;
    if (!accepted || accepted.status_check_id !== again?.status_check_id) throw new Error('not the first answer again');
    for (;;) {
        const status = (await getPartnerClientsStatus({ path: { status_check_id: accepted.status_check_id } })).data;
        if (!status) throw new Error('no status');
        if (status.status === 'Completed') {
            for (const { data, status: { state } } of status.result) {
                console.log('partner_client_id' in data ? data.partner_client_id : '?', state);
            }
            break;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

void main();
