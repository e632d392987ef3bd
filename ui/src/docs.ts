/** The API's description, to read and to try out. */

import 'swagger-ui-dist/swagger-ui.css';
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';

SwaggerUI({ url: '/api/v1/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null });
